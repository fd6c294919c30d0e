import type { Json } from '../../domain/json.ts';
import type { PlanDocument } from '../../domain/plan-document.ts';
import type { Command } from '../command.ts';
import { explainSteps, isNotUndone, placedSteps } from '../explain-plan.ts';
import { withApprovedServers } from '../mcp-approval.ts';
import { explainText } from '../explain-text.ts';
import { text } from '../global-options.ts';

export const planExplain: Command = {
  describe: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'the plan document (YAML)' })
      .example('$0 plan explain release.plan.yaml', 'before it runs: which steps write, and after which'),
  run: async (args, session) => {
    const app = await session.app();
    const folder = await session.folder();
    const { document } = await withApprovedServers(session, folder, () =>
      app.loadDocument(text(args, 'file'), folder),
    );
    const { config } = await app.config(folder);
    const names = await app.stepNames(folder);
    const steps = explainSteps(document, {
      tools: (await app.tools(folder)).registry,
      overrides: config.tools.overrides,
      nameOf: (one: PlanDocument) => new Map(names(one).map(({ id, name }) => [id, name])),
    });
    const notUndone = placedSteps(steps).filter(({ step }) => isNotUndone(step));
    const glyphs = await session.glyphs(folder);
    return {
      data: {
        file: document.file,
        name: document.name,
        goal: document.goal,
        inputs: Object.keys(document.inputs),
        steps: steps as unknown as Json,
        not_undone: notUndone.map(({ path, step }) => ({ path, step_id: step.id, what: step.name })),
      },
      show: () => {
        const { output } = session;
        output.print(explainText(document, steps, { glyphs, paint: output.paint }));
      },
    };
  },
};
