import { limitFields } from './limits.ts';
import { networkingFields } from './networking.ts';
import { otherFields } from './other-fields.ts';
import { processFields } from './process.ts';
import { securityFields } from './security.ts';
import { storageFields } from './storage.ts';

/**
 * Every field of a service in a composition, by its name in Compose: the schema it is read with, and a row of
 * {@link fieldDocs} when it has an effect, or of {@link unsupportedDocs} when it has none. A field that is not here is not
 * known to the Compose specification.
 */
export const fields = {
	...processFields,
	...networkingFields,
	...storageFields,
	...securityFields,
	...limitFields,
	...otherFields,
};
