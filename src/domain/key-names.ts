/** Names of headers and variables that hold what nobody else may know. */
const KEY_NAME = /authorization|cookie|token|secret|passw(or)?d|credential|api[-_]?key/i;

export function isKeyName(name: string): boolean {
  return KEY_NAME.test(name);
}

/** True if a key itself stands there, not the name of a variable that has it. */
export function holdsKey(name: string, text: string): boolean {
  return isKeyName(name) && text !== '' && !text.includes('${');
}
