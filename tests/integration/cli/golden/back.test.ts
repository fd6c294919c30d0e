import { BACK_CASES } from './back-cases.ts';
import { playCases } from './play-cases.ts';

playCases(BACK_CASES);
