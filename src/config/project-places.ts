import { dirname, extname } from 'node:path';
import { getDefaultSearchPlaces } from 'cosmiconfig';

const DATA_FORMS = new Set(['', '.json', '.yaml', '.yml']);

function isDataForm(place: string): boolean {
  return dirname(place) === '.' && DATA_FORMS.has(extname(place.replace(/^\./, '')));
}

/**
 * The places in a project's folder, in the order that cosmiconfig gives them, without those that are programs:
 * configuration is data. Its own search isn't used: it would run `.config/config.js` of the current folder to learn
 * its own options, pass over files that can't be read, and follow `$import`. (The bundle holds the list itself: see
 * `.bundle-plugins.mjs`.)
 */
export const PROJECT_PLACES: readonly string[] = getDefaultSearchPlaces('agents').filter(isDataForm);
