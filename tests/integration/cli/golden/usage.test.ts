import { playCases } from './play-cases.ts';
import { HOME_CASES, USAGE_CASES } from './usage-cases.ts';

playCases([...HOME_CASES, ...USAGE_CASES]);
