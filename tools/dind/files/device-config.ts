import { z } from 'zod';
import { checkConfigJson } from '../../../src/config/config-json.ts';
import { ToolError } from '../effects/errors.ts';
import { parseJsonText, readJsonFile } from './json-file.ts';

/** Whole numbers are accepted as text too, as device images write them. */
const WholeNumber = z.union([
	z.number().int().nonnegative(),
	z.string().regex(/^\d+$/, 'must be a whole number').transform(Number),
]);

const HttpUrl = z
	.string()
	.refine(
		(text) => text === '' || /^https?:\/\/[^/\s]+/.test(text),
		'must be an http or https URL',
	);

/**
 * What dindctl needs to know of a device's config.json before it starts one.
 * Unknown keys are kept: the file goes to the device as it is.
 */
export const DeviceConfig = z.looseObject({
	apiEndpoint: HttpUrl.optional(),
	applicationId: WholeNumber.optional(),
	apiKey: z.string().optional(),
	deviceApiKey: z.string().optional(),
	deviceType: z.string().min(1).optional(),
	uuid: z
		.string()
		.regex(/^[0-9a-f]{7,64}$/, 'must be 7 to 64 hexadecimal digits')
		.optional(),
	registryEndpoint: z.string().optional(),
	deltaEndpoint: z.string().optional(),
	listenPort: WholeNumber.refine(
		(port) => port >= 1 && port <= 65_535,
		'must be 1 to 65535',
	).optional(),
	appUpdatePollInterval: WholeNumber.optional(),
	bootstrapRetryDelay: WholeNumber.optional(),
	hostname: z.string().optional(),
});
export type DeviceConfig = z.infer<typeof DeviceConfig>;

/** Port of the supervisor's API where config.json names none. */
export const DEFAULT_LISTEN_PORT = 48484;

const rules = {
	schema: DeviceConfig,
	role: "the device's configuration",
	todo: 'Get one from the dashboard of your cloud (or `balena config generate`), name it with --config, or remove it to use the development cloud.',
};

/**
 * @throws {ToolError} if the file is missing, truncated, not JSON or has values of wrong types, or such that the
 * supervisor would not start with them
 */
export function readDeviceConfig(path: string): DeviceConfig {
	const config = readJsonFile(path, rules);
	const checked = checkConfigJson(config);
	if (checked.ok) return config;
	const faults = checked.problems.map((text) => `  ${text.replace(/^config\.json: /, '')}`);
	throw new ToolError(`${path} is not valid as ${rules.role}:\n${faults.join('\n')}`, {
		todo: rules.todo,
	});
}

/** As {@link readDeviceConfig}, for a text; `path` is where it came from. */
export function parseDeviceConfig(text: string, path: string): DeviceConfig {
	return parseJsonText(text, path, rules);
}

/** The fleet of the development cloud that a new device joins. */
export interface FleetAccess {
	readonly id: number;
	readonly provisioningKey: string;
	/** Type that the fleet is made for, `generic-amd64`. */
	readonly deviceType: string;
}

/** Addresses of the development cloud for the device. */
export const CLOUD_HOST = 'api.holdfast.test';
export const REGISTRY_HOST = 'registry.holdfast.test';
/** Host and port that image locations begin with. */
export const REGISTRY = `${REGISTRY_HOST}:5000`;

/**
 * A config.json for a new device of the development cloud; the supervisor adds its own identity.
 * Without a fleet the device cannot register: it lives on what it comes with.
 */
export function toDevCloudConfig(fleet?: FleetAccess): DeviceConfig {
	return {
		apiEndpoint: `http://${CLOUD_HOST}`,
		...(fleet === undefined ? {} : toFleetKeys(fleet)),
		registryEndpoint: REGISTRY,
		deltaEndpoint: `http://${CLOUD_HOST}`,
		listenPort: DEFAULT_LISTEN_PORT,
		appUpdatePollInterval: 10_000,
		developmentMode: true,
	};
}

function toFleetKeys({ id, provisioningKey, deviceType }: FleetAccess): DeviceConfig {
	return { applicationId: id, apiKey: provisioningKey, deviceType };
}

/** A config.json for a device without a cloud: developers put apps on it over its local API and its engine. */
export function toLocalConfig(): DeviceConfig {
	return { listenPort: DEFAULT_LISTEN_PORT, developmentMode: true };
}
