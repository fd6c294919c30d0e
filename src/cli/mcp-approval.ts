import { ApprovalError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { McpApproval, McpCatalog, McpServerSpec } from '../ports/mcp.ts';
import { canConfirm, confirm } from './confirm.ts';
import { abortOnSignals } from './run-signals.ts';
import type { Session } from './session.ts';

/** Asks whether a server may be started, and remembers it. @throws WaitingError `mcp_not_approved` if nobody says yes */
export async function askForServer(session: Session, spec: McpServerSpec): Promise<void> {
  const steps = [`agents mcp approve ${spec.name} --yes`];
  const what = `${toPrintableLine(spec.from)} names the MCP server ${spec.name}: ${spec.shown}`;
  if (!canConfirm(session)) {
    throw new ApprovalError(spec.name, what, {
      hint: 'nobody is here to agree that it is started',
      nextSteps: steps,
    });
  }
  session.output.note(what);
  if (await confirm(session, 'start it, now and in plans of this folder?')) return;
  throw new ApprovalError(spec.name, `the MCP server ${spec.name} was not agreed to`, { nextSteps: steps });
}

/** Starts a server that a person has agreed to, and remembers it with its tools. */
export async function approveServer(
  session: Session,
  servers: McpCatalog,
  name: string,
): Promise<McpApproval> {
  const watch = abortOnSignals(session.io);
  try {
    return await servers.approve(name, new Date(session.clock.now()).toISOString(), watch.signal);
  } finally {
    watch.off();
  }
}

/** Carries out `work`; each server that it needs and nobody has agreed to yet is asked about, where somebody is there. */
export async function withApprovedServers<T>(
  session: Session,
  workspace: string,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const { servers } = await (await session.app()).tools(workspace);
      if (!(thrown instanceof ApprovalError) || !servers || !canConfirm(session)) throw thrown;
      await askForServer(session, servers.spec(thrown.server));
      await approveServer(session, servers, thrown.server);
    }
  }
}
