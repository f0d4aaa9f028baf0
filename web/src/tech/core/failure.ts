// Short lists of ISO 14224 for the phone; the hub's own lists take their place once they are fetched.

import type { Codes } from './types';

export const OWN_CODES: Codes = {
  modes: [
    { code: 'BRD', name: 'Breakdown' },
    { code: 'VIB', name: 'Vibration' },
    { code: 'NOI', name: 'Noise' },
    { code: 'OHE', name: 'Overheating' },
    { code: 'ELU', name: 'Leak' },
    { code: 'STD', name: 'Damaged' },
    { code: 'AIR', name: 'Abnormal reading' },
    { code: 'OTH', name: 'Other' },
    { code: 'UNK', name: 'Unknown' },
  ],
  mechanisms: [],
  causes: [],
  remedies: [],
};

/** Lists that a person can choose from: all three are asked together or not at all. */
export function complete(codes: Codes | undefined): codes is Codes {
  return !!codes && codes.modes.length > 0 && codes.mechanisms.length > 0 && codes.causes.length > 0;
}
