import * as z from 'zod';
import { KNOWN_PROVIDERS } from '../domain/model-providers.ts';
import { group } from './schema-group.ts';
import { SECRET_PATTERNS } from './secret-patterns.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const MODEL = /^[A-Za-z][A-Za-z0-9_-]*\/\S+$/;
const NO_MODEL = 'is no name of a model (provider/name)';
const VARIABLE = /^[A-Z_][A-Z0-9_]{0,99}$/;
const KEYS = SECRET_PATTERNS.map((pattern) => new RegExp(pattern, 'u'));

/** Where a provider is, and which variable has its key. */
const provider = z
  .strictObject({
    url: z
      .string()
      .regex(/^https?:\/\//, 'is no address (http:// or https://)')
      .optional(),
    key: z.string().optional(),
  })
  .check((context) => {
    const { url, key } = context.value;
    // What stands there may be a key: it is not told again.
    const refuse = (message: string): void =>
      void context.issues.push({ code: 'custom', message, input: context.value, path: [] });
    if (key !== undefined && (!VARIABLE.test(key) || KEYS.some((pattern) => pattern.test(key))))
      refuse(
        'has a key that is no name of a variable: key is the NAME of the variable of the environment that has it, in capitals',
      );
    const place = url === undefined ? null : URL.parse(url);
    if (place && `${place.username}${place.password}${place.search}${place.hash}` !== '')
      refuse('has a url with more than an address: a name, a password or a key has no place in it');
  });

const price = z.strictObject({
  input: z.number().min(0),
  output: z.number().min(0),
  cached: z.number().min(0).optional(),
});

/** Language models. */
export const models = group({
  default: z
    .string()
    .regex(MODEL, NO_MODEL)
    .nullable()
    .default(null)
    .describe('The model of what names none, as provider/name: ollama/qwen3. null: each has to name one.'),
  providers: z
    .record(z.string().regex(NAME, 'is no name of a provider (letters, digits, _ and -)'), provider)
    .check((context) => {
      for (const [name, { url }] of Object.entries(context.value))
        if (url === undefined && !KNOWN_PROVIDERS.has(name))
          context.issues.push({
            code: 'custom',
            message: 'needs a url: where its protocol, that of OpenAI, is spoken',
            input: context.value,
            path: [name],
          });
    })
    .default({})
    .describe(
      `Providers of models beside ${[...KNOWN_PROVIDERS.keys()].join(', ')}, or other addresses of these, by name: url, where ` +
        "OpenAI's chat protocol is spoken, and key, the NAME of the environment variable that has the key. Those of all levels are " +
        'joined. A project may name only new ones, and a key only for an address of this machine: else it could send ' +
        'your keys to anybody.',
    ),
  prices: z
    .record(z.string().regex(MODEL, NO_MODEL), price)
    .default({})
    .describe(
      'What a million tokens of a model cost, by provider/name: input, output and cached (input that the provider had read ' +
        'before; as input, if left out), in any currency. Those of all levels are joined.',
    ),
});
