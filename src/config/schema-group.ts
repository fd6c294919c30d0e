import * as z from 'zod';

/** A group of settings: absent is the same as empty, an unknown key is an error. */
export function group<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodPrefault<z.ZodObject<Shape, z.core.$strict>> {
  return z.strictObject(shape).prefault({} as never);
}
