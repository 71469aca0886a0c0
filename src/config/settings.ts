import { z } from 'zod';
import { flag, integerFrom, oneOf } from './values.ts';

/** One row of the table of device configuration variables. */
export interface SettingDoc {
	/** Name without prefix. */
	readonly name: string;
	/** Further names, without prefix, that count more where they are there. */
	readonly aliases?: readonly string[];
	readonly type: string;
	readonly unit?: string;
	/** What it does, in one sentence. */
	readonly doc: string;
	/** How a new value comes into force; `at once` unless told. */
	readonly applies?: 'at once' | 'after a reboot' | 'not yet';
	/** What stands in for the default when it is not a constant. */
	readonly fallback?: string;
}

export const settingDocs = z.registry<SettingDoc>();

const setting = <T extends z.ZodType>(schema: T, doc: SettingDoc): T => {
	settingDocs.add(schema, doc);
	return schema;
};

const milliseconds = integerFrom(0);

/** The device configuration variables (contract 3.3), with their defaults. */
export const settingKeys = {
	pollIntervalMs: setting(integerFrom(1000).default(900_000), {
		name: 'SUPERVISOR_POLL_INTERVAL',
		type: 'integer',
		unit: 'ms',
		fallback: 'appUpdatePollInterval of config.json',
		doc: 'Pause between two requests for the target state; also the longest pause after failures.',
	}),
	instantUpdates: setting(flag.default(true), {
		name: 'SUPERVISOR_INSTANT_UPDATE_TRIGGER',
		type: 'boolean',
		doc: 'Ask for the target state at start and when the local API is told to update.',
	}),
	localMode: setting(flag.default(false), {
		name: 'SUPERVISOR_LOCAL_MODE',
		type: 'boolean',
		fallback: 'true on a device without a cloud, else false',
		doc: "For development: a developer's apps take the place of the fleet's, the local API asks for no key, and the cloud hears of neither apps nor logs.",
	}),
	connectivityCheck: setting(flag.default(true), {
		name: 'SUPERVISOR_CONNECTIVITY_CHECK',
		type: 'boolean',
		doc: 'Try every ten seconds whether the cloud can be reached, and tell when that changes.',
	}),
	sendLogs: setting(flag.default(true), {
		name: 'SUPERVISOR_LOG_CONTROL',
		type: 'boolean',
		doc: 'Send the logs of services to the cloud. Off: lines that still wait for it are thrown away.',
	}),
	logRate: setting(integerFrom(1).default(10_000), {
		name: 'SUPERVISOR_LOG_RATE',
		type: 'integer',
		unit: 'lines/s',
		doc: 'Lines of its log that each service may write for as long as it likes; further ones are dropped, and readers are told how many.',
	}),
	logBurst: setting(integerFrom(1).default(200_000), {
		name: 'SUPERVISOR_LOG_BURST',
		type: 'integer',
		unit: 'lines',
		doc: 'Lines that each service may write beyond its rate, until it has written less for a while.',
	}),
	logSpoolMib: setting(
		integerFrom(0).pipe(z.number().max(1024, 'must be at most 1024')).default(16),
		{
			name: 'SUPERVISOR_LOG_SPOOL_SIZE',
			type: 'integer',
			unit: 'MiB',
			doc: 'Room on the disk for lines, compressed, that wait for the cloud; the oldest are dropped first. 0: only memory holds some.',
		},
	),
	apiRequestTimeoutMs: setting(integerFrom(1000).default(59_000), {
		name: 'SUPERVISOR_API_REQUEST_TIMEOUT',
		type: 'integer',
		unit: 'ms',
		doc: 'Longest wait for a connection to the cloud, and for each next piece of an answer; a whole answer may take ten times as long.',
	}),
	delta: setting(flag.default(false), {
		name: 'SUPERVISOR_DELTA',
		type: 'boolean',
		doc: 'Download images as what they differ by from those on the device, where the delta server gives that; SUPERVISOR_DELTA_VERSION must be 3. See [deltas.md](deltas.md).',
	}),
	deltaRequestTimeoutMs: setting(milliseconds.default(59_000), {
		name: 'SUPERVISOR_DELTA_REQUEST_TIMEOUT',
		type: 'integer',
		unit: 'ms',
		doc: 'Time a question to the delta server may take; 0 for no limit.',
	}),
	deltaApplyTimeoutMs: setting(milliseconds.default(0), {
		name: 'SUPERVISOR_DELTA_APPLY_TIMEOUT',
		type: 'integer',
		unit: 'ms',
		doc: 'Time the engine may take for a delta, before the image is downloaded whole; 0 for no limit.',
	}),
	deltaRetryCount: setting(integerFrom(0).default(30), {
		name: 'SUPERVISOR_DELTA_RETRY_COUNT',
		type: 'integer',
		doc: 'How often the delta server is asked again for a delta that it is still making, before the image is downloaded whole.',
	}),
	deltaRetryIntervalMs: setting(milliseconds.default(10_000), {
		name: 'SUPERVISOR_DELTA_RETRY_INTERVAL',
		type: 'integer',
		unit: 'ms',
		doc: 'Pause before it is asked again the first time; it doubles up to six times as much.',
	}),
	deltaVersion: setting(integerFrom(2).pipe(z.number().max(3, 'must be 2 or 3')).default(2), {
		name: 'SUPERVISOR_DELTA_VERSION',
		type: '2 or 3',
		doc: 'Form of the deltas; with 2, images are downloaded whole.',
	}),
	overrideLocks: setting(flag.default(false), {
		name: 'SUPERVISOR_OVERRIDE_LOCK',
		aliases: ['OVERRIDE_LOCK'],
		type: 'boolean',
		doc: 'Go ahead although services hold update locks.',
	}),
	persistentLogging: setting(flag.default(false), {
		name: 'SUPERVISOR_PERSISTENT_LOGGING',
		type: 'boolean',
		applies: 'after a reboot',
		fallback: 'persistentLogging of config.json on a device without a cloud, else false',
		doc: 'Keep the journal on the disk: `persistentLogging` of config.json. The device reboots for it by itself.',
	}),
	hardwareMetrics: setting(flag.default(true), {
		name: 'SUPERVISOR_HARDWARE_METRICS',
		type: 'boolean',
		doc: 'Report processor, memory, storage and temperature.',
	}),
	vpn: setting(flag.default(true), {
		name: 'SUPERVISOR_VPN_CONTROL',
		type: 'boolean',
		doc: "Run the VPN to the cloud, the host's unit `openvpn`; not touched on a device without a cloud.",
	}),
	apiScopes: setting(oneOf(['open', 'strict']).default('open'), {
		name: 'SUPERVISOR_API_SCOPES',
		type: '`open` or `strict`',
		doc: 'Whether the keys of services open the verbs of the device (`open`), or only what is of their app (`strict`); see security.md.',
	}),
	firewallMode: setting(oneOf(['on', 'off', 'auto']).default('off'), {
		name: 'HOST_FIREWALL_MODE',
		type: '`on`, `off` or `auto`',
		doc: 'Close the ports of the device to other machines; `auto` does so while a service uses the host network. Whatever it says, the local API is closed to them while it asks for a key; see security.md.',
	}),
	hostDiscoverability: setting(flag.default(true), {
		name: 'HOST_DISCOVERABILITY',
		type: 'boolean',
		doc: "Announce the device on the local network: the host's `avahi-daemon`, service and socket.",
	}),
};

export interface BootSettingDoc {
	/** Start of the name, without prefix; `*` stands for the rest. */
	readonly pattern: string;
	readonly type: string;
	readonly doc: string;
}

/** Variables that end up in what a board boots from; all take a text or a list, and most take effect by a reboot. */
export const bootSettings: readonly BootSettingDoc[] = [
	{
		pattern: 'HOST_CONFIG_*',
		type: 'text or list',
		doc: 'A line of `config.txt` of a Raspberry. Keys by which a device could be made unable to boot, such as `kernel`, are left as they are.',
	},
	{
		pattern: 'HOST_CONFIG_power_mode',
		type: '`low`, `mid`, `high`, `default` or a number',
		doc: 'Power mode of a Jetson Orin, by `os` of config.json.',
	},
	{
		pattern: 'HOST_CONFIG_fan_profile',
		type: '`quiet`, `cool`, `default` or a number',
		doc: 'Fan profile of a Jetson Orin, by `os` of config.json; without a reboot.',
	},
	{
		pattern: 'HOST_CONFIGFS_ssdt',
		type: 'list',
		doc: 'ACPI tables of an UP board, by the names of their files.',
	},
	{
		pattern: 'HOST_EXTLINUX_*',
		type: 'text',
		doc: '`fdt`, a device tree, and `isolcpus`, processors set apart, of `extra_uEnv.txt` or `extlinux.conf`.',
	},
	{
		pattern: 'HOST_ODMDATA_configuration',
		type: '1 to 6',
		doc: 'How the lanes of a Jetson TX2 are divided; without a value it stays as it is.',
	},
	{
		pattern: 'HOST_SPLASH_image',
		type: 'PNG in base64, or as data URI',
		doc: "Picture shown while the device boots; without a value the board's own. Also `HOST_SPLASH_IMAGE`.",
	},
];

export const Settings = z.object(settingKeys);
/** The settings in force; units are in the names. */
export interface Settings extends z.infer<typeof Settings> {
	/** Boot settings by their name without prefix, each with its items. */
	readonly boot: Readonly<Record<string, readonly string[]>>;
}
