import type { ConfigJson } from '../config/config-json.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { Random } from '../kit/random.ts';
import type { ConfigFile } from '../ports/host.ts';

/** What a registered device needs to speak to its cloud. */
export interface CloudAccess {
	/** Base address, `https://api.example.com`. */
	readonly apiEndpoint: string;
	readonly uuid: string;
	readonly deviceApiKey: string;
	/** The cloud's number of the device: another one after it was deleted there and registered anew. */
	readonly deviceId?: number | undefined;
}

/** Where requests go: config.json, read anew each time, under an address that may be set from outside (contract 3.2). */
export interface CloudAccessDeps {
	readonly config: ConfigFile;
	/** `apiEndpointOverride` of the store; wins over config.json. */
	readonly apiEndpointOverride?: (() => Promise<string | undefined>) | undefined;
}

/** @throws {SupervisorError} CONFIG_INVALID when the device has no cloud or no identity */
export async function readCloudAccess({
	config,
	apiEndpointOverride,
}: CloudAccessDeps): Promise<CloudAccess> {
	const { apiEndpoint, uuid = '', deviceApiKey, deviceId } = await config.read();
	const base = await endpointOf(apiEndpoint, apiEndpointOverride);
	if (base !== '' && uuid !== '' && deviceApiKey !== '') {
		return { apiEndpoint: base, uuid, deviceApiKey, deviceId };
	}
	throw new SupervisorError('config.json names no cloud, or the device has no identity yet', {
		code: 'CONFIG_INVALID',
	});
}

/** Where requests go on a device whose config.json names this cloud. */
export async function endpointOf(
	apiEndpoint: string,
	apiEndpointOverride: CloudAccessDeps['apiEndpointOverride'],
): Promise<string> {
	const override = (await apiEndpointOverride?.()) ?? '';
	return override === '' ? apiEndpoint : override;
}

/**
 * The uuid is in config.json afterwards, and the device key too when there is a cloud; what is there already stays.
 * @throws {SupervisorError} CONFIG_INVALID, HOST_FAILED
 */
export async function ensureIdentity(config: ConfigFile, random: Random): Promise<ConfigJson> {
	const { apiEndpoint, uuid = '', deviceApiKey } = await config.read();
	const isKeyMissing = apiEndpoint !== '' && deviceApiKey === '';
	const patch = {
		...(uuid === '' ? { uuid: random.hex32() } : {}),
		...(isKeyMissing ? { deviceApiKey: random.hex32() } : {}),
	};
	return Object.keys(patch).length === 0 ? await config.read() : await config.update(patch);
}

/** What config.json says of the registration (contract 2.1). */
export type Registration =
	| 'unmanaged'
	/** Never registered. */
	| 'unregistered'
	/** Registered, but the cloud's number of the device is not known. */
	| 'unnumbered'
	/** Registered; the provisioning key is still there. */
	| 'leftover key'
	| 'complete';

export function registrationOf(config: ConfigJson): Registration {
	if (config.apiEndpoint === '') return 'unmanaged';
	if ((config.registered_at ?? 0) === 0) return 'unregistered';
	if ((config.deviceId ?? 0) === 0) return 'unnumbered';
	return (config.apiKey ?? '') === '' ? 'complete' : 'leftover key';
}
