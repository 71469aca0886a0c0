import type { ConfigJson } from '../config/config-json.ts';
import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import type { ConfigFile, Host } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { HttpClient } from './http.ts';
import { endpointOf, readCloudAccess, type CloudAccessDeps } from './identity.ts';
import { PinDevice, pinDevice } from './pin.ts';
import { exchangeKey, registerDevice, type Registered } from './register.ts';

export interface ProvisionStepsDeps extends CloudAccessDeps {
	readonly config: ConfigFile;
	readonly http: HttpClient;
	readonly host: Pick<Host, 'facts'>;
	/** Of it, the setting `pinDevice`, and what the initial report keeps. */
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	/** Of the supervisor. */
	readonly version: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Logger;
}

/** What can be done about a registration (contract 2.1). All throw SupervisorErrors; all may be repeated. */
export class ProvisionSteps {
	readonly #deps: ProvisionStepsDeps;
	#hasRenewedIdentity = false;

	constructor(deps: ProvisionStepsDeps) {
		this.#deps = deps;
	}

	/** Registers the device, or makes it the owner of the registration that its uuid has already. */
	async register(current: ConfigJson, signal: AbortSignal): Promise<void> {
		const { http, version, host } = this.#deps;
		const facts = await host.facts();
		const there = await this.#overridden(current);
		const registered = await registerDevice(there, facts, { http, version, signal });
		if (registered === 'taken') await this.takeOver(current, signal);
		else await this.#finish(current, registered);
	}

	/** Makes the device's key the one of its registration; a device that may not have it gets a new identity. */
	async takeOver(current: ConfigJson, signal: AbortSignal): Promise<void> {
		const exchanged = await this.#exchange(current, signal);
		if (exchanged === 'refused') await this.#renewIdentity(current);
		else await this.#finish(current, exchanged);
	}

	/** Makes sure that the device's own key is accepted, and forgets the provisioning key. */
	async dropProvisioningKey(current: ConfigJson, signal: AbortSignal): Promise<void> {
		if (await this.renewKey(current, signal)) return;
		throw refusal('the provisioning key stays in config.json');
	}

	/** @returns false when the cloud takes neither the device's own key nor the provisioning key */
	async renewKey(current: ConfigJson, signal: AbortSignal): Promise<boolean> {
		const exchanged = await this.#exchange(current, signal);
		if (exchanged === 'refused') return false;
		const { apiKey, deviceId } = current;
		if (apiKey !== undefined || deviceId !== exchanged.deviceId) {
			await this.#finish(current, exchanged);
		}
		return true;
	}

	/** The device stays on the release its preload names, if it names one. */
	async pin({ deviceId = 0 }: ConfigJson, signal: AbortSignal): Promise<void> {
		const { store, http, log } = this.#deps;
		const stored = await store.getSetting('pinDevice');
		if (stored === undefined || stored === null) return;
		const pin = PinDevice.safeParse(stored);
		const access = await readCloudAccess(this.#deps);
		const ending = pin.success
			? await pinDevice({ pin: pin.data, deviceId, access }, http, signal)
			: 'not readable';
		if (ending === 'pinned') log.info({ pin: stored }, 'device pinned to its preloaded release');
		else log.warn({ pin: stored, ending }, 'device not pinned');
		await store.setSetting('pinDevice', undefined);
	}

	/**
	 * Gives the device a new uuid and key, to be registered anew. Once in the life of this process: a cloud that takes
	 * none of its identities would otherwise be asked with ever new ones.
	 */
	async #renewIdentity(current: ConfigJson): Promise<void> {
		const { config, random, log } = this.#deps;
		if (this.#hasRenewedIdentity) throw refusal('a new identity was refused too');
		if ((current.apiKey ?? '') === '' || current.applicationId === undefined) {
			throw refusal('config.json has no apiKey and applicationId to register it anew');
		}
		this.#hasRenewedIdentity = true;
		const uuid = random.hex32();
		log.warn({ oldUuid: current.uuid, uuid }, 'uuid belongs to another device, taking a new one');
		await config.update({
			uuid,
			deviceApiKey: random.hex32(),
			registered_at: undefined,
			deviceId: undefined,
		});
	}

	async #exchange(current: ConfigJson, signal: AbortSignal): Promise<Registered | 'refused'> {
		return exchangeKey(await this.#overridden(current), { http: this.#deps.http, signal });
	}

	async #overridden(current: ConfigJson): Promise<ConfigJson> {
		const { apiEndpointOverride } = this.#deps;
		return {
			...current,
			apiEndpoint: await endpointOf(current.apiEndpoint, apiEndpointOverride),
		};
	}

	async #finish(current: ConfigJson, { deviceId, deviceApiKey }: Registered): Promise<void> {
		const { config, clock, log } = this.#deps;
		const isNew = (current.registered_at ?? 0) === 0;
		await config.update({
			...(isNew ? { registered_at: clock.now().getTime() } : {}),
			...(deviceApiKey === undefined ? {} : { deviceApiKey }),
			deviceId,
			apiKey: undefined,
		});
		log.info({ deviceId }, 'device registered');
	}
}

function refusal(consequence: string): SupervisorError {
	return new SupervisorError(
		`The cloud accepts neither the device key nor the provisioning key for this uuid; ${consequence}`,
		{ code: 'PROVISIONING_FAILED' },
	);
}
