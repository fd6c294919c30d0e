import { playCases } from './play-cases.ts';
import { LOOK_CASES } from './look-cases.ts';

playCases(LOOK_CASES);
