/** How long a holder of a lease that is gone is known to have lived. Times as ISO 8601. */
export interface EarlierHolder {
  readonly since: string;
  readonly heartbeat_at: string;
}

const MOST_KEPT = 16;

/** Those that a lease follows which is taken from one that is gone: oldest first. */
export function earlierHolders(
  gone: EarlierHolder & { readonly earlier?: readonly EarlierHolder[] },
): readonly EarlierHolder[] {
  const { since, heartbeat_at, earlier = [] } = gone;
  return [...earlier, { since, heartbeat_at }].slice(-MOST_KEPT);
}
