import type { Json } from '../domain/json.ts';
import type { InputSpec, PlanDocument, SubplanSpec } from '../domain/plan-document.ts';
import { checkPlain, type Written } from './check-templates.ts';
import type { Path } from './document-source.ts';
import { hasExpression } from './expression-text.ts';
import { findInputFault } from './input-values.ts';
import { suggest } from './suggest.ts';

/** Checks what a document declares as its inputs. */
export function checkInputs({ inputs }: PlanDocument, written: Written): void {
  for (const [name, spec] of Object.entries(inputs)) {
    const path: Path = ['inputs', name];
    checkPlain(spec.default, [...path, 'default'], written);
    if (spec.secret) checkSecret(spec, path, written);
    else checkOpen(name, spec, path, written);
  }
}

function checkSecret(spec: InputSpec, path: Path, { source }: Written): void {
  if (spec.type !== 'string') source.report([...path, 'type'], 'a secret input is always a string');
  if (!spec.required) source.report([...path, 'required'], 'a secret input is always required');
  for (const key of ['default', 'options'] as const) {
    if (spec[key] === undefined || spec[key] === null) continue;
    source.reportKey(
      [...path, key],
      `a secret input has no ${key}`,
      'its value must not stand in a document',
    );
  }
}

function checkOpen(name: string, spec: InputSpec, path: Path, { source }: Written): void {
  if (spec.env !== null)
    source.reportKey([...path, 'env'], 'env is only for secret inputs', 'add secret: true');
  for (const [index, option] of (spec.options ?? []).entries()) {
    const fault = findInputFault(option, { ...spec, options: null });
    if (fault) source.report([...path, 'options', index], `this option ${fault}`);
  }
  const fallback = spec.default;
  if (fallback === undefined) {
    if (!spec.required) source.reportKey(path, `the input ${name} needs required: true or a default`);
    return;
  }
  const fault = findInputFault(fallback, spec);
  if (fault) source.report([...path, 'default'], `the default ${fault}`);
}

/** Checks what a subplan hands to the document that it includes. */
export function checkWith(subplan: SubplanSpec, path: Path, { source }: Written): void {
  const { inputs, file } = subplan.document;
  const names = Object.keys(inputs).filter((name) => inputs[name]?.secret === false);
  for (const [name, value] of Object.entries(subplan.with)) {
    const spec = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    const place: Path = [...path, 'with', name];
    if (!spec) source.reportKey(place, `${file} has no input ${name}`, suggest(name, names));
    else if (spec.secret)
      source.reportKey(place, `${name} is a secret of ${file}`, 'it comes from the environment only');
    else {
      const fault = isOpen(value) ? null : findInputFault(value, spec);
      if (fault) source.report(place, `${name} ${fault}`);
    }
  }
  for (const name of names) {
    if (!inputs[name]?.required || name in subplan.with) continue;
    source.report([...path, 'uses'], `${file} needs the input ${name}`, `with: { ${name}: ... }`);
  }
}

/** A text with an expression has its final type only when it is filled. */
function isOpen(value: Json): boolean {
  return typeof value === 'string' && hasExpression(value);
}
