const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

/** A number and its unit: `512KiB`, `100MiB`, `1.5GiB`. */
export const BYTE_SIZE = /^(\d{1,6}(?:\.\d{1,3})?) ?(B|KiB|MiB|GiB|TiB)$/;

/** Bytes of a size that the configuration has checked. */
export function toBytes(size: string): number {
  const [, amount, unit] = BYTE_SIZE.exec(size) as RegExpExecArray;
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}
