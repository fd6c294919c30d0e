import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFromWire, wireName } from '../../../src/models/wire-names.ts';

const tool = (name: string) => ({ name, description: '', input: {} });

describe('names of tools over the wire', () => {
  it.each([
    ['shell', 'shell'],
    ['fs.write', 'fs__write'],
    ['mcp.files.read_file', 'mcp__files__read_file'],
    ['mcp.my-server.go', 'mcp__my-server__go'],
  ])('Given %s, When it is sent, Then it is %s', (name, wire) => {
    expect(wireName(name)).toBe(wire);
    expect(nameFromWire(wire, [tool(name)])).toBe(name);
    expect(nameFromWire(wire, [])).toBe(name);
  });

  it.each(['mcp.a__b.c', 'mcp.a_.b', 'mcp.files.lesen/schreiben', 'mcp.größe', `mcp.long.${'x'.repeat(90)}`])(
    'Given %s, When it is sent, Then it is legal, its own, and found again',
    (name) => {
      expect(wireName(name)).toMatch(/^[A-Za-z0-9_-]{1,64}$/u);
      expect(wireName(name)).not.toBe(wireName(`${name}x`));
      expect(nameFromWire(wireName(name), [tool('fs.write'), tool(name)])).toBe(name);
    },
  );

  it('Given a model that uses our own name, When it calls, Then it means that tool', () => {
    expect(nameFromWire('fs.write', [tool('fs.write')])).toBe('fs.write');
    expect(nameFromWire('write a file!', [tool('fs.write')])).toBe('write a file!');
  });

  it('Given any legal word of a model, When it is read and sent again, Then it is the same', () => {
    const letters = fc.constantFrom('a', 'b', '_', '-', '9');
    fc.assert(
      fc.property(fc.string({ unit: letters, minLength: 1, maxLength: 64 }), (word) => {
        expect(wireName(nameFromWire(word, []))).toBe(word);
      }),
    );
  });

  it('Given any two names, When they are sent, Then they differ as the names do', () => {
    const names = fc.string({ unit: fc.constantFrom('a', '.', '_', ' ') });
    fc.assert(fc.property(names, names, (a, b) => (wireName(a) === wireName(b)) === (a === b)));
  });
});
