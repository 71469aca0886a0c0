/**
 * Every failure the supervisor can name, with the HTTP status the local API gives it and its documentation line.
 * Statuses are part of the compatibility contract (sections 1.1 to 1.8).
 */
export const errorCodes = {
	ENGINE_UNAVAILABLE: { status: 503, doc: 'The container engine does not answer.' },
	ENGINE_REFUSED: { status: 503, doc: 'The container engine refused a request.' },
	ENGINE_NOT_FOUND: { status: 503, doc: 'The engine has no such object.' },
	IMAGE_PULL_FAILED: { status: 503, doc: 'An image could not be downloaded.' },
	IMAGE_WRONG_ARCHITECTURE: { status: 503, doc: 'The image is made for another architecture.' },
	DELTA_PENDING: {
		status: 503,
		doc: 'The delta server is still making the delta of an image; it is asked again later.',
	},
	PORT_TAKEN: { status: 503, doc: 'A host port that a service wants is in use.' },
	NO_SPACE: { status: 503, doc: 'The disk is full.' },
	STORE_FAILED: { status: 503, doc: 'The database could not be read or written.' },
	CONFIG_INVALID: {
		status: 503,
		doc: 'config.json is missing, damaged or has values of wrong types.',
	},
	PRELOAD_INVALID: { status: 503, doc: 'apps.json is damaged or has values of wrong types.' },
	BACKUP_INVALID: {
		status: 503,
		doc: 'backup.tgz is damaged, or its folders are not the volumes of the target.',
	},
	BUNDLE_INVALID: { status: 400, doc: 'A bundle is damaged, cut off, or lacks a part.' },
	BUNDLE_UNSUPPORTED: {
		status: 400,
		doc: 'A bundle has a form that this supervisor does not know; another version made it.',
	},
	BUNDLE_NOT_FOUND: { status: 404, doc: 'There is no bundle at this path of the device.' },
	TARGET_INVALID: { status: 400, doc: 'A target state document does not have the required form.' },
	TARGET_NOT_SETTABLE: { status: 409, doc: 'The target state is set by somebody else now.' },
	COMPOSITION_INVALID: {
		status: 400,
		doc: 'A service, network or volume definition is not valid.',
	},
	CLOUD_UNREACHABLE: { status: 503, doc: 'The cloud API does not answer.' },
	CLOUD_REFUSED: { status: 503, doc: 'The cloud API answered with an error.' },
	CLOUD_UNAUTHORIZED: { status: 503, doc: 'The cloud API refused the device key.' },
	PROVISIONING_FAILED: { status: 503, doc: 'The device could not be registered.' },
	UPDATES_LOCKED: { status: 423, doc: 'An update lock is held by a service.' },
	UNAUTHORIZED: { status: 401, doc: 'The API key is missing, unknown or out of scope.' },
	TOO_MANY_WRONG_KEYS: {
		status: 429,
		doc: 'Too many wrong keys came from this address; wait as long as Retry-After says.',
	},
	FOREIGN_HOST: {
		status: 421,
		doc: 'No key was needed, and the Host header named something that is not this device.',
	},
	BAD_REQUEST: { status: 400, doc: 'The request is not valid.' },
	BODY_TOO_LARGE: { status: 413, doc: 'The request body is larger than 10 MB.' },
	NO_SUCH_ENDPOINT: { status: 404, doc: 'The local API has nothing at this path.' },
	APP_NOT_FOUND: { status: 404, doc: 'The device has no such app.' },
	APP_NOT_KNOWN: { status: 409, doc: 'No app of this number is visible to the caller.' },
	SERVICE_NOT_FOUND: { status: 404, doc: 'The app has no such service on the device.' },
	SERVICE_NOT_IN_TARGET: { status: 404, doc: 'The target release has no such service.' },
	SUPERSEDED: { status: 503, doc: 'Another action on the same app took the place of this one.' },
	STEP_FAILED: { status: 503, doc: 'A step of the plan failed.' },
	HOST_FAILED: { status: 503, doc: 'The host refused an operation or a file could not be read.' },
	TOO_MANY_READERS: { status: 503, doc: 'No further reader of the events is taken.' },
	INTERNAL: { status: 503, doc: 'A defect of the supervisor.' },
} as const satisfies Record<string, { status: number; doc: string }>;

/** Stable name of a failure; never changes once released. */
export type ErrorCode = keyof typeof errorCodes;
