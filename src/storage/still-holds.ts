/** `to_seq` of a part that still holds: the largest whole number that JavaScript keeps exactly. */
export const STILL_HOLDS = 9007199254740991;
