import type { Json } from '../domain/json.ts';
import { fitsPattern } from '../domain/permissions.ts';
import type { AgentStep, AskStep, DecideStep, RunStep, StepSpec, UsesStep } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { checkPlain, type Written } from './check-templates.ts';
import type { Path } from './document-source.ts';
import { hasExpression } from './expression-text.ts';
import { labelOf, valueAt } from './schema-faults.ts';
import { suggest } from './suggest.ts';

/** Checks what a step's verb says, apart from its expressions; subplans are checked as plans. */
export function checkStep(step: StepSpec, path: Path, tools: ToolRegistry, written: Written): void {
  checkPlain(step.name ?? undefined, [...path, 'name'], written);
  switch (step.kind) {
    case 'run':
      return checkRun(step, path, written);
    case 'uses':
      return checkUses(step, path, tools, written);
    case 'decide':
      return checkDecision(step, [...path, 'decide'], written);
    case 'ask':
      return checkAsk(step, [...path, 'ask'], written);
    case 'agent':
      return checkAgent(step, [...path, 'agent', 'tools'], tools, written);
  }
}

function checkRun({ run }: RunStep, path: Path, { source }: Written): void {
  if (hasExpression(run)) reportCode(run, [...path, 'run'], source);
}

/** What an expression gives would be run: one quote in it, and it is another command. */
function reportCode(text: string, path: Path, source: Written['source']): void {
  const expression = /\$\{\{\s*([^}]*?)\s*\}\}/.exec(text)?.[1] ?? '...';
  const hint = `env: { VALUE: "\${{ ${expression} }}" } and "$VALUE" in the command`;
  source.reportInText(path, text.indexOf('${{'), '${{', 'a command holds no expressions', hint);
}

function checkUses(step: UsesStep, path: Path, tools: ToolRegistry, { source, value }: Written): void {
  const tool = tools.get(step.uses);
  if (!tool) {
    if (tools.mayHave(step.uses)) return;
    const names = tools.list().map(({ name }) => name);
    return source.report(
      [...path, 'uses'],
      `there is no tool ${step.uses}`,
      suggest(step.uses, names, 'agents tool list'),
    );
  }
  if (tool.onlyAgents)
    return source.report(
      [...path, 'uses'],
      `${step.uses} is only for agents`,
      'a step with subplans does the same',
    );
  for (const field of tool.code ?? []) {
    const text = step.with[field];
    if (typeof text === 'string' && hasExpression(text)) reportCode(text, [...path, 'with', field], source);
  }
  const result = tool.input.safeParse(step.with);
  for (const issue of result.success ? [] : result.error.issues) {
    const place: Path = ['with', ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        reportArgument(step, [...place, key], [...path, ...place, key], tools, source);
    } else if (!isOpen(step.with, issue.path as (string | number)[])) {
      const isMissing = valueAt(value, [...path, ...place]) === undefined;
      const message = isMissing ? `${labelOf(place)} is missing` : `${labelOf(place)}: ${issue.message}`;
      source.report([...path, ...place], message, `agents tool show ${step.uses}`);
    }
  }
  const effect = result.success ? (tool.effectOf?.(result.data) ?? tool.effect) : tool.effect;
  if (step.effect === 'read' && effect === 'write') {
    source.report([...path, 'effect'], `${step.uses} writes: effect cannot be read`, 'leave effect out');
  }
}

function reportArgument(
  step: UsesStep,
  place: Path,
  path: Path,
  tools: ToolRegistry,
  source: Written['source'],
): void {
  const key = String(place.at(-1));
  const input = tools.get(step.uses)?.input as { readonly shape?: object } | undefined;
  const known = place.length === 2 ? Object.keys(input?.shape ?? {}) : [];
  source.reportKey(
    path,
    `${step.uses} takes no ${key}`,
    suggest(key, known, `agents tool show ${step.uses}`),
  );
}

/** True if an expression decides what stands at a path, so that it can't be checked before the step runs. */
function isOpen(args: Json, path: Path): boolean {
  let value: Json | undefined = args;
  for (const key of path) {
    if (typeof value === 'string' || value === undefined || value === null) break;
    value = (value as unknown as Record<string, Json>)[key];
  }
  return holdsExpression(value);
}

function holdsExpression(value: Json | undefined): boolean {
  if (typeof value === 'string') return hasExpression(value);
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some((item: Json) => holdsExpression(item));
}

function checkDecision(step: DecideStep, path: Path, written: Written): void {
  const { source } = written;
  const ids = step.options.map(({ id }) => id);
  for (const [index, option] of step.options.entries()) {
    const place: Path = [...path, 'options', index];
    checkPlain(option.description ?? undefined, [...place, 'description'], written);
    if (ids.indexOf(option.id) < index) source.report(place, `the option ${option.id} stands here twice`);
  }
  if (step.by === 'rule' && step.choose === null) {
    source.report(path, 'by: rule needs choose', `choose: \${{ ... && '${ids[0]}' || '${ids.at(-1)}' }}`);
  }
  if (step.by !== 'rule' && step.choose !== null) {
    source.reportKey([...path, 'choose'], 'choose is only for by: rule', 'add by: rule');
  }
  if (step.by !== 'model' && step.model !== undefined) {
    source.reportKey([...path, 'model'], 'model is only for by: model', 'add by: model');
  }
  if (step.default !== null && !ids.includes(step.default)) {
    source.report(
      [...path, 'default'],
      `the default ${step.default} is no option`,
      suggest(step.default, ids),
    );
  }
}

/** A pattern that fits nothing is a word that was spelt wrong. */
function checkAgent(step: AgentStep, path: Path, tools: ToolRegistry, { source }: Written): void {
  const names = tools.list().map(({ name }) => name);
  for (const [index, pattern] of step.tools.entries()) {
    if (names.some((name) => fitsPattern(pattern, name)) || tools.mayHave(pattern)) continue;
    const hint = suggest(pattern, names, 'agents tool list');
    source.report([...path, index], `no tool is called ${pattern}`, hint);
  }
}

function checkAsk(step: AskStep, path: Path, written: Written): void {
  checkPlain(step.default ?? undefined, [...path, 'default'], written);
  if (step.default === null || typeof step.default === step.type) return;
  written.source.report([...path, 'default'], `the default must be a ${step.type}`);
}
