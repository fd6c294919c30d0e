import { playCases } from './play-cases.ts';
import { STEER_CASES } from './steer-cases.ts';

playCases(STEER_CASES);
