import { afterEach, beforeEach, expect, it } from 'vitest';
import { modelSecrets } from '../../../src/app/secret-values.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => void (folder = new ConfigFolder()));
afterEach(() => folder.remove());

it('Given keys of providers, When the secrets are asked for, Then theirs are, whatever the variables are called', async () => {
  folder.write(
    '.agentsrc',
    'models: { providers: { local: { url: "http://localhost:1", key: LOCAL_PASS } } }',
  );
  const flags = { 'models.providers': 'corp: { url: "https://corp.dev", key: CORP_PASS }' };
  const loaded = await loadConfig(folder.source({}, flags));
  const env = {
    OPENAI_API_KEY: ' key-1\n',
    CORP_PASS: 'key-2',
    LOCAL_PASS: 'key-3',
    GOOGLE_API_KEY: '',
    X: 'y',
  };
  expect(modelSecrets(loaded, env)).toEqual(['key-1', 'key-2', 'key-3']);
});
