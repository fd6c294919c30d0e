import { expect, it } from 'vitest';
import { isLoopback } from '../../../src/domain/model-providers.ts';

it.each([
  ['http://localhost:8080/v1', true],
  ['http://LOCALHOST', true],
  ['https://models.localhost', false],
  ['http://127.0.0.1', true],
  ['http://127.9.8.7:1', true],
  ['http://2130706433', true],
  ['http://[::1]:1', true],
  ['http://0.0.0.0', false],
  ['http://[::]', false],
  ['http://10.0.0.1', false],
  ['http://127.0.0.1.stranger.dev', false],
  ['http://localhost.stranger.dev', false],
  ['http://mylocalhost', false],
  ['http://127.0.0.1@stranger.dev', false],
  ['http://stranger.dev/127.0.0.1', false],
  ['localhost', false],
  ['', false],
])('Given the address %s, then that it is of this machine is %s', (url, is) => {
  expect(isLoopback(url)).toBe(is);
});
