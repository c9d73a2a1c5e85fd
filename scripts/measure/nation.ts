/** `urna measure nation`: what is done for a whole country, on an ordinary computer. */
import type { AreaOptions, Measured } from './areas.ts';
import { measureAggregation } from './nation-aggregation.ts';
import { measureProvisioning } from './nation-provisioning.ts';
import { measureReceiving } from './nation-receiving.ts';

export const measureNation = async (
  options: Pick<AreaOptions, 'onProgress'>,
): Promise<Measured> => ({
  figures: [
    ...measureProvisioning(options),
    ...(await measureAggregation(options)),
    ...(await measureReceiving(options)),
  ],
  findings: [],
});
