import type { VolumeDefinition } from '../resources.ts';
import { field, unsupported } from './field.ts';
import { normaliseLabels } from './labels.ts';
import { membersOrNull, textMap, word } from './values.ts';

/** Every field of a volume of a composition; see `fields`. */
export const volumeFields = {
	driver: field(word.default('local'), {
		forms: 'string',
		engine: 'Driver',
		fallback: '`local`',
		recreates: false,
		doc: 'The driver of the volume.',
	}),
	driver_opts: field(textMap.default({}), {
		forms: 'map',
		engine: 'DriverOpts',
		fallback: 'none',
		recreates: false,
		doc: 'Options of the driver, as they are.',
	}),
	labels: field(textMap.default({}).transform(normaliseLabels), {
		forms: 'map, or list of `name=value`',
		engine: 'Labels',
		fallback: 'none',
		recreates: false,
		doc: 'Labels beside those by which the volume is known as ours.',
	}),
	external: unsupported('volumes belong to their app', (value) => String(value) === 'false'),
	name: unsupported('names of volumes tell the app'),
};

export const volumeSchema = membersOrNull(volumeFields).transform((volume): VolumeDefinition => ({
	driver: volume.driver,
	driverOpts: volume.driver_opts,
	labels: volume.labels,
}));
