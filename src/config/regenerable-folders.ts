/**
 * Folders that package managers, compilers and test tools make again from what is captured. Names that people also give to folders of
 * their own (`build`, `out`) are not among them: what isn't captured can't be brought back.
 */
export const REGENERABLE_FOLDERS: string[] = [
  'node_modules',
  'bower_components',
  '.venv',
  'venv',
  '__pycache__',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  'target',
  'dist',
  '.next',
  '.nuxt',
  '.turbo',
  '.parcel-cache',
  '.gradle',
  '.cache',
  '.nyc_output',
  'DerivedData',
];
