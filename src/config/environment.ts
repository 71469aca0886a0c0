import { z } from 'zod';
import { flag, integerFrom, oneOf, port, shown, text } from './values.ts';

export interface VariableDoc {
	readonly name: string;
	readonly doc: string;
	/** Another name of old; counts where `name` is not set. */
	readonly alias?: string | undefined;
}

export const environmentDocs = z.registry<VariableDoc>();

const variable = <T extends z.ZodType>(name: string, schema: T, doc: string): T => {
	environmentDocs.add(schema, { name, doc });
	return schema;
};

/** Programs do not agree on the case of these names. */
const proxyVariable = <T extends z.ZodType>(name: string, schema: T, doc: string): T => {
	environmentDocs.add(schema, { name, doc, alias: name.toLowerCase() });
	return schema;
};

/** The supervisor's own environment (contract 3.4). `<root>` and `<boot>` in a default stand for those mount points. */
export const environmentKeys = {
	rootMountpoint: variable(
		'ROOT_MOUNTPOINT',
		text.default('/mnt/root'),
		"The host's root file system.",
	),
	bootMountpoint: variable(
		'BOOT_MOUNTPOINT',
		text.default('/mnt/boot'),
		"The host's boot partition; where nothing is mounted at that path, the image's entry script takes the host's own path.",
	),
	stateMountpoint: variable(
		'STATE_MOUNTPOINT',
		text.default('/mnt/state'),
		"The host's state partition; where nothing is mounted at that path, the image's entry script takes the host's own path.",
	),
	dataMountpoint: variable(
		'DATA_MOUNTPOINT',
		text.default('/mnt/data'),
		"The host's data partition; where nothing is mounted at that path, the image's entry script takes the host's own path.",
	),
	configPath: variable(
		'CONFIG_MOUNT_POINT',
		text.default('<boot>/config.json'),
		'The file config.json. The entry script falls back to /boot/config.json, as some OSs mount it.',
	),
	osReleasePath: variable(
		'HOST_OS_VERSION_PATH',
		text.default('<root>/etc/os-release'),
		"The host's os-release.",
	),
	databasePath: variable(
		'DATABASE_PATH',
		text.default('/data/holdfast.sqlite'),
		"The supervisor's database. Where balena's supervisor has its own there, ours is beside it, as `holdfast.sqlite`.",
	),
	engineSocketPath: variable(
		'DOCKER_SOCKET',
		text.default('/var/run/docker.sock'),
		"The engine's socket on the host, as it is mounted into services; also ours unless DOCKER_HOST is set.",
	),
	engineHost: variable('DOCKER_HOST', text.optional(), 'Address of the engine.'),
	engineRoot: variable(
		'DOCKER_ROOT',
		text.optional(),
		"The engine's data folder, as it is mounted here; room for images is looked for there.",
	),
	supervisorImage: variable(
		'SUPERVISOR_IMAGE',
		text.default('resin/rpi-supervisor'),
		"The supervisor's own image, which stays when local mode is left.",
	),
	supervisorContainerId: variable(
		'SUPERVISOR_CONTAINER_ID',
		text.optional(),
		"Id or name of the supervisor's own container, which stays when local mode is left.",
	),
	cpuShares: variable(
		'SUPERVISOR_CPU_SHARES',
		integerFrom(2).pipe(z.number().max(262_144, 'must be at most 262144')).default(8192),
		"The supervisor's weight where processes want more processors than there are; a service has 1024. It holds unless the supervisor's container was made with a weight of its own.",
	),
	ledFile: variable(
		'LED_FILE',
		text.default('/sys/class/leds/led0/brightness'),
		'The light that blinks to identify the device.',
	),
	macAddressPath: variable(
		'MAC_ADDRESS_PATH',
		text.default('/sys/class/net'),
		'Folder of the network interfaces.',
	),
	vpnStatusPath: variable(
		'VPN_STATUS_PATH',
		text.default('<root>/run/openvpn/vpn_status'),
		'Folder that shows whether the VPN is up.',
	),
	listenPort: variable(
		'LISTEN_PORT',
		port.optional(),
		'Port that the health check command asks; the local API takes its port from config.json.',
	),
	registryEndpoint: variable(
		'REGISTRY_ENDPOINT',
		text.optional(),
		'Without effect, as an OS of old sets it: the registry is that of config.json and of the target.',
	),
	rootCa: variable(
		'BALENA_ROOT_CA',
		text.optional(),
		'Certificate of a private authority, base64.',
	),
	extraCaPath: variable(
		'NODE_EXTRA_CA_CERTS',
		text.optional(),
		'File of further certificates; read by Node itself.',
	),
	httpProxy: proxyVariable(
		'HTTP_PROXY',
		text.optional(),
		'Proxy for plain HTTP, `http://user:password@host:port`; also `http_proxy`. For requests to the cloud and to registries, and for the log stream; the engine has its own settings.',
	),
	httpsProxy: proxyVariable(
		'HTTPS_PROXY',
		text.optional(),
		'Proxy for HTTPS; also `https_proxy`. Absent: the one for plain HTTP.',
	),
	noProxy: proxyVariable(
		'NO_PROXY',
		text.optional(),
		'Hosts without a proxy, separated by commas: names (with what is under them), addresses, networks as `10.0.0.0/8`, each with a port or not; `*` for all. Also `no_proxy`. This device itself is never asked through a proxy.',
	),
	systemBusAddress: variable(
		'DBUS_SYSTEM_BUS_ADDRESS',
		text.default('unix:path=<root>/run/dbus/system_bus_socket'),
		"The host's D-Bus: reboots and shutdowns are ordered over it.",
	),
	iptablesFolder: variable(
		'IPTABLES_FOLDER',
		text.optional(),
		'Folder of the programs of iptables; the image names its own. Absent: the firewall is left alone.',
	),
	versionSuffix: variable(
		'SUPERVISOR_TAG_EXTRA',
		text.regex(/^[0-9A-Za-z.-]+$/, 'must be of letters, digits, dots and dashes').optional(),
		'Text added to the version after a plus sign.',
	),
	isLivepush: variable(
		'LIVEPUSH',
		flag.default(false),
		'Without effect: `./sync.ts` and `./dindctl refresh` put a build onto a device.',
	),
	logLevel: variable(
		'LOG_LEVEL',
		oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
		"How much of the supervisor's own log is written.",
	),
	logFormat: variable(
		'LOG_FORMAT',
		oneOf(['text', 'json']).default('text'),
		"Form of the supervisor's own log: lines for people, or one JSON object a line.",
	),
};

const Variables = z.object(environmentKeys);
/** The environment in force, with every path filled in. */
export type Environment = z.infer<typeof Variables>;

export interface DecodedEnvironment {
	readonly environment: Environment;
	/** One sentence per value that was not understood; its default is in force. */
	readonly problems: readonly string[];
}

/** Reads environment variables; an empty one counts as absent. */
export function decodeEnvironment(
	variables: Readonly<Record<string, string | undefined>>,
): DecodedEnvironment {
	const given = Object.entries(environmentKeys).flatMap(([key, schema]) => {
		const { name = key, alias = name } = environmentDocs.get(schema) ?? {};
		const given = [name, alias].find((one) => (variables[one] ?? '') !== '');
		return given === undefined ? [] : [{ key, name: given, value: variables[given] ?? '' }];
	});
	const toInput = (some: typeof given): Record<string, string> =>
		Object.fromEntries(some.map(({ key, value }) => [key, value]));
	const issues = Variables.safeParse(toInput(given)).error?.issues ?? [];
	const faults = new Map(issues.map(({ path, message }) => [path[0], message]));
	const sound = Variables.parse(toInput(given.filter(({ key }) => !faults.has(key))));
	return {
		environment: fillIn(sound),
		problems: given
			.filter(({ key }) => faults.has(key))
			.map(
				({ key, name, value }) =>
					`${name} ${faults.get(key) ?? 'is wrong'}, got ${shown(name, value)}; the default is used`,
			),
	};
}

function fillIn(variables: Environment): Environment {
	const { rootMountpoint, bootMountpoint } = variables;
	const fill = (path: string): string =>
		path.replace('<root>', rootMountpoint).replace('<boot>', bootMountpoint);
	return {
		...variables,
		configPath: fill(variables.configPath),
		osReleasePath: fill(variables.osReleasePath),
		vpnStatusPath: fill(variables.vpnStatusPath),
		systemBusAddress: fill(variables.systemBusAddress),
	};
}
