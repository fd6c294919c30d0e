/** Who decided, as it is shown: a person is `you`, at whatever terminal; the process is told only to programs. */
export const byText = (by: string): string => (by === 'human' || by.startsWith('pid ') ? 'you' : by);
