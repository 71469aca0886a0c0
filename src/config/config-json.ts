import { z } from 'zod';
import { isRecord } from '../kit/digest.ts';
import { flag, integer, integerFrom, moment, port, shown, text, url } from './values.ts';

/** What the documentation says of a key. */
export interface KeyDoc {
	readonly type: string;
	readonly doc: string;
	readonly unit?: string;
	/** The supervisor may write it. */
	readonly isWritable?: boolean;
}

export const configJsonDocs = z.registry<KeyDoc>();

const key = <T extends z.ZodType>(schema: T, doc: KeyDoc): T => {
	configJsonDocs.add(schema, doc);
	return schema;
};

const milliseconds = integerFrom(0);

/** The keys this program knows (contract 3.1). */
export const configJsonKeys = {
	apiEndpoint: key(url.default(''), {
		type: 'URL',
		doc: 'Address of the cloud API. Empty: the device is unmanaged.',
	}),
	apiTimeout: key(milliseconds.default(900_000), {
		type: 'integer',
		unit: 'ms',
		doc: 'Idle time after which the local API closes a connection.',
	}),
	listenPort: key(port.default(48_484), { type: 'port', doc: 'Port of the local API.' }),
	deltaEndpoint: key(url.default('https://delta.balena-cloud.com'), {
		type: 'URL',
		doc: 'Address of the delta server. The default serves devices of balenaCloud only.',
	}),
	logsEndpoint: key(url.optional(), {
		type: 'URL',
		doc: 'Address that takes the logs, when it is not the cloud API.',
	}),
	registryEndpoint: key(text.optional(), {
		type: 'string',
		doc: 'Host of the registry, as old devices have it.',
	}),
	uuid: key(text.optional(), {
		type: 'string',
		isWritable: true,
		doc: 'Name of the device in the cloud; made when absent.',
	}),
	apiKey: key(text.optional(), {
		type: 'string',
		isWritable: true,
		doc: 'Provisioning key; removed once the device is registered.',
	}),
	deviceApiKey: key(text.default(''), {
		type: 'string',
		isWritable: true,
		doc: "The device's own key; made when absent and there is a cloud.",
	}),
	deviceId: key(integer.optional(), {
		type: 'integer',
		isWritable: true,
		doc: "The cloud's number of the device; written by provisioning.",
	}),
	registered_at: key(moment.optional(), {
		type: 'integer',
		unit: 'ms since 1970',
		isWritable: true,
		doc: 'When the device was registered; written by provisioning.',
	}),
	applicationId: key(integer.optional(), {
		type: 'integer',
		doc: 'Number of the fleet to join.',
	}),
	appUpdatePollInterval: key(milliseconds.default(900_000), {
		type: 'integer',
		unit: 'ms',
		doc: 'Pause between two requests for the target state, unless a device variable sets it; 1 s at least.',
	}),
	bootstrapRetryDelay: key(milliseconds.default(30_000), {
		type: 'integer',
		unit: 'ms',
		doc: 'Pause after a failed attempt to register.',
	}),
	hostname: key(text.optional(), {
		type: 'string',
		isWritable: true,
		doc: 'Host name of the device; the OS gives it to the host.',
	}),
	persistentLogging: key(flag.default(false), {
		type: 'boolean',
		isWritable: true,
		doc: 'Keep the journal on the disk; read by the OS when it boots. A device variable sets it.',
	}),
	initialDeviceName: key(text.optional(), {
		type: 'string',
		doc: 'Name given to the device once, after it is registered.',
	}),
	developmentMode: key(flag.default(false), {
		type: 'boolean',
		doc: 'The OS variant that is reported when os-release names none: `dev` if set, else `prod`.',
	}),
	deviceType: key(text.optional(), {
		type: 'string',
		doc: 'Slug of the device type, used when the boot partition has no device-type.json.',
	}),
	balenaRootCA: key(text.optional(), {
		type: 'string',
		doc: 'Certificate of a private authority, base64; the OS may hand it over as BALENA_ROOT_CA instead.',
	}),
	os: key(z.looseObject({}, { error: 'must be an object' }).optional(), {
		type: 'object',
		isWritable: true,
		doc: 'Settings of the OS: `power.mode` and `fan.profile` follow the device configuration variables, `kernel.extraFirmwareVol` the feature extra-firmware, the others are kept.',
	}),
};

/** A key whose value is null counts as absent. */
const withoutNulls = (json: unknown): unknown =>
	isRecord(json)
		? Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
		: json;

/** config.json (contract 3.1). Keys this table does not know are kept and written back. */
export const ConfigJson = z.preprocess(
	withoutNulls,
	z.looseObject(configJsonKeys, { error: 'must be an object' }),
);
/** The validated content of config.json. */
export type ConfigJson = z.infer<typeof ConfigJson>;

export type ConfigJsonResult =
	| { readonly ok: true; readonly config: ConfigJson }
	/** One sentence per fault: `config.json: listenPort must be a port, got "abc"`. */
	| { readonly ok: false; readonly problems: readonly string[] };

/** Checks the content of config.json. */
export function checkConfigJson(json: unknown): ConfigJsonResult {
	const parsed = ConfigJson.safeParse(json);
	if (parsed.success) return { ok: true, config: parsed.data };
	const problems = parsed.error.issues.map(({ path, message }) => {
		const name = path.map(String).join('.');
		if (name === '') return `config.json: ${message}`;
		const value = isRecord(json) ? json[name] : undefined;
		return `config.json: ${name} ${message}, got ${shown(name, value)}`;
	});
	return { ok: false, problems };
}
