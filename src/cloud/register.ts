import { z } from 'zod';
import type { ConfigJson } from '../config/config-json.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { HostFacts } from '../ports/host.ts';
import { reportRegisteredFacts } from '../report/cloud-report.ts';
import { isSuccess, parseAnswer, toRefusal } from './answers.ts';
import { apiUrl, odataText, odataUrl } from './endpoint.ts';
import type { HttpClient } from './http.ts';

export interface RegisterDeps {
	readonly http: HttpClient;
	/** Of the supervisor. */
	readonly version: string;
	readonly signal: AbortSignal;
}

/** The cloud's number of the device, and its key where the cloud made another one. */
export interface Registered {
	readonly deviceId: number;
	readonly deviceApiKey?: string | undefined;
}

const RegisterAnswer = z.object({
	id: z.number().int(),
	api_key: z.string().min(1).optional(),
});

const ODataIds = z.object({ d: z.array(z.object({ id: z.number().int() })) });

/**
 * Registers the device with its provisioning key.
 * @returns `taken` when the cloud has a device of this uuid (or key) already
 * @throws {SupervisorError} PROVISIONING_FAILED when config.json lacks what it takes; CLOUD_UNREACHABLE,
 *   CLOUD_UNAUTHORIZED or CLOUD_REFUSED
 */
export async function registerDevice(
	config: ConfigJson,
	facts: HostFacts,
	{ http, version, signal }: RegisterDeps,
): Promise<Registered | 'taken'> {
	const answer = await http.send({
		method: 'POST',
		url: apiUrl(config.apiEndpoint, '/device/register'),
		key: required(config.apiKey, 'apiKey'),
		body: {
			user: null,
			application: required(config.applicationId, 'applicationId'),
			uuid: config.uuid,
			device_type: deviceTypeOf(config, facts),
			api_key: config.deviceApiKey,
			...reportRegisteredFacts({ ...facts, supervisorVersion: version }),
		},
		signal,
	});
	if (answer.status === 409) return 'taken';
	if (!isSuccess(answer)) throw toRefusal(answer, 'the registration');
	const { id, api_key } = parseAnswer(answer, RegisterAnswer, 'the registration');
	return { deviceId: id, deviceApiKey: api_key };
}

function required<T>(value: T | undefined, key: string): T {
	if (value !== undefined && value !== '') return value;
	throw new SupervisorError(`The device cannot be registered: config.json has no ${key}`, {
		code: 'PROVISIONING_FAILED',
	});
}

function deviceTypeOf(config: ConfigJson, facts: HostFacts): string {
	return facts.deviceType === 'unknown' ? (config.deviceType ?? 'unknown') : facts.deviceType;
}

/**
 * Makes the cloud accept the device's key for a device that it has already: the key may be the right one, else the
 * provisioning key is used to set it.
 * @returns `refused` when neither key can do it; failures of the network and of the server are thrown, as they say
 *   nothing about the keys
 */
export async function exchangeKey(
	config: ConfigJson,
	{ http, signal }: Pick<RegisterDeps, 'http' | 'signal'>,
): Promise<Registered | 'refused'> {
	const own = await findDevice(config, config.deviceApiKey, { http, signal });
	if (own !== undefined) return { deviceId: own };
	if (config.apiKey === undefined || config.apiKey === '') return 'refused';
	const deviceId = await findDevice(config, config.apiKey, { http, signal });
	if (deviceId === undefined) return 'refused';
	const answer = await http.send({
		method: 'POST',
		url: apiUrl(config.apiEndpoint, `/api-key/device/${deviceId}/device-key`),
		key: config.apiKey,
		body: { apiKey: config.deviceApiKey },
		signal,
	});
	if (answer.status === 200) return { deviceId };
	if (isDenial(answer.status)) return 'refused';
	throw toRefusal(answer, 'the key exchange');
}

async function findDevice(
	{ apiEndpoint, uuid = '' }: ConfigJson,
	key: string,
	{ http, signal }: Pick<RegisterDeps, 'http' | 'signal'>,
): Promise<number | undefined> {
	const filter = `uuid eq ${odataText(uuid)}`;
	const url = odataUrl(apiEndpoint, 'device', { select: 'id', filter });
	const answer = await http.send({ method: 'GET', url, key, signal });
	if (isDenial(answer.status)) return undefined;
	if (!isSuccess(answer)) throw toRefusal(answer, 'the device');
	return parseAnswer(answer, ODataIds, 'the device').d[0]?.id;
}

/** Statuses that mean: this key may not, as opposed to: not now. */
function isDenial(status: number): boolean {
	return status === 401 || status === 403 || status === 404;
}
