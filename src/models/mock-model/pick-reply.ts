/** What a reply of a script says about when it comes. */
interface Conditional {
  readonly when?: { readonly contains: string } | undefined;
}

/**
 * The reply that comes at a turn (from 0), where `heard` is the last thing said to the model. Replies with `when`, and
 * the one after them without, are alternatives of one turn: the first that fits comes. Null: the script has none.
 */
export function pickReply<T extends Conditional>(
  replies: readonly T[],
  turn: number,
  heard: string,
): T | null {
  const fits = ({ when }: T): boolean => when === undefined || heard.includes(when.contains);
  return turnsOf(replies)[turn]?.find(fits) ?? null;
}

/** The alternatives of each turn. */
export function turnsOf<T extends Conditional>(replies: readonly T[]): T[][] {
  const turns: T[][] = [];
  let isOpen = false;
  for (const reply of replies) {
    const last = turns.at(-1);
    if (isOpen && last !== undefined) last.push(reply);
    else turns.push([reply]);
    isOpen = reply.when !== undefined;
  }
  return turns;
}
