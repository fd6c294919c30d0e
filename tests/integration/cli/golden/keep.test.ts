import { playCases } from './play-cases.ts';
import { KEEP_CASES } from './keep-cases.ts';

playCases(KEEP_CASES);
