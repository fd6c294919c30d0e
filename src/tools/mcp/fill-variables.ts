import { WaitingError } from '../../domain/errors.ts';

/** `${NAME}`, `${NAME:-else}`, and the forms of editors: `${env:NAME}`, `${workspaceFolder}`. */
const REFERENCE = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** The names of the variables that a text refers to. */
export const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(REFERENCE)].map(([, name]) => name as string);

/**
 * Fills the variables of a server's settings: keys stand in the environment, not in files.
 * @throws WaitingError `mcp_variable_missing` naming the variable
 */
export function fillVariables(
  text: string,
  values: Readonly<Record<string, string | undefined>>,
  server: string,
): string {
  return text.replaceAll(REFERENCE, (_, name: string, fallback?: string) => {
    const value = values[name] ?? fallback;
    if (value !== undefined) return value;
    throw new WaitingError('mcp_variable_missing', `the MCP server ${server} needs the variable ${name}`, {
      hint: 'its settings name it, and the environment has no value for it',
      nextSteps: [`export ${name}=...`],
    });
  });
}
