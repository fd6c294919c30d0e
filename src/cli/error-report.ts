import {
  AgentsError,
  DocumentError,
  toErrorValue,
  type DocumentFault,
  type ErrorValue,
} from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { toPrintable, toPrintableLine } from '../domain/printable.ts';
import type { Paint } from './paint.ts';

/** An error as it is shown, in both forms. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly nextSteps: readonly string[];
  readonly faults: readonly DocumentFault[];
  readonly exitCode: number;
  /** Shown with `--verbose`, and always for our own bugs. */
  readonly stack: string | null;
}

const BUG_EXIT_CODE = 70;

/** What any thrown thing means for the person and for the exit code. */
export function explainThrown(thrown: unknown): ErrorReport {
  const stack = thrown instanceof Error ? String(thrown.stack) : null;
  if (thrown instanceof AgentsError) {
    const { code, message, hint, nextSteps, exitCode } = thrown;
    const faults = thrown instanceof DocumentError ? thrown.faults : [];
    return { code, message, hint, nextSteps, faults, exitCode, stack };
  }
  const { code, message } = toErrorValue(thrown);
  return {
    code,
    message,
    hint: 'this should not have happened: it is a bug of agents, not of your plan',
    nextSteps: ['report it with the lines below'],
    faults: [],
    exitCode: BUG_EXIT_CODE,
    stack,
  };
}

/** The error that a plan ended or rests with. */
export function explainPlanError(
  error: ErrorValue,
  exitCode: number,
  nextSteps: readonly string[],
): ErrorReport {
  return { ...error, nextSteps, faults: [], exitCode, stack: null };
}

/** The `error` of a JSON answer (docs/json.md). */
export function errorToJson(report: ErrorReport): JsonObject {
  const { code, message, hint, nextSteps, faults } = report;
  const places = faults.map(({ file, line, column, message, hint }) => ({
    file,
    line,
    column,
    message,
    hint,
  }));
  return { code, message, hint, next_steps: nextSteps, ...(places.length === 0 ? {} : { faults: places }) };
}

/** One line what, one where or why, one what to do next; a line for each fault of a document. */
export function errorToText(report: ErrorReport, paint: Paint, verbose: boolean): string {
  const lines = [`${paint('bad', 'error:')} ${toPrintable(report.message)}`];
  for (const { file, line, column, message, hint } of report.faults) {
    const place = paint('strong', toPrintableLine(`${file}:${line}:${column}`));
    lines.push(
      `  ${place}  ${toPrintableLine(message)}${hint === null ? '' : ` (${toPrintableLine(hint)})`}`,
    );
  }
  if (report.hint !== null) lines.push(`  ${toPrintableLine(report.hint)}`);
  if (report.nextSteps.length > 0) {
    lines.push(`  ${paint('dim', 'next:')} ${toPrintableLine(report.nextSteps.join('   or: '))}`);
  }
  const showsStack = verbose || report.exitCode === BUG_EXIT_CODE;
  if (showsStack && report.stack !== null) lines.push(paint('dim', toPrintable(report.stack)));
  return lines.join('\n');
}
