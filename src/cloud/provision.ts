import type { ConfigJson } from '../config/config-json.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { createGate } from '../kit/gate.ts';
import { aborted, type Job } from '../kit/job.ts';
import { unreachable } from '../kit/unreachable.ts';
import { ensureIdentity, registrationOf } from './identity.ts';
import { ProvisionSteps, type ProvisionStepsDeps } from './provision-steps.ts';

export type ProvisionerDeps = ProvisionStepsDeps;

/**
 * Registers the device with its cloud, for as long as it takes: a failed attempt is repeated after
 * `bootstrapRetryDelay`, and each new reason is logged once. Afterwards config.json has `registered_at`, `deviceId` and
 * no `apiKey`. An unmanaged device gets its uuid and nothing else.
 */
export interface Provisioner extends Job {
	/**
	 * Resolves once the device may speak to the cloud: registered, and pinned when its preload asks for that. Without a
	 * cloud it does not resolve.
	 * @throws the signal's reason when it fires first
	 */
	provisioned(signal: AbortSignal): Promise<void>;
	/** Text of the last failed attempt; undefined when there was none, or a later one succeeded. */
	lastError(): string | undefined;
}

export function createProvisioner(deps: ProvisionerDeps): Provisioner {
	return new CloudProvisioner(deps);
}

/** Pause after a failure that left config.json unreadable, in milliseconds. */
const defaultRetryMs = 30_000;

class CloudProvisioner implements Provisioner {
	readonly name = 'provisioner';
	readonly #deps: ProvisionerDeps;
	readonly #steps: ProvisionSteps;
	readonly #gate = createGate();
	#lastError: string | undefined;

	constructor(deps: ProvisionerDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'provisioner' }) };
		this.#steps = new ProvisionSteps(this.#deps);
	}

	provisioned(signal: AbortSignal): Promise<void> {
		return this.#gate.passed(signal);
	}

	lastError(): string | undefined {
		return this.#lastError;
	}

	async run(signal: AbortSignal): Promise<void> {
		await this.#untilDone(signal).catch((err: unknown) => {
			if (!signal.aborted) throw err;
		});
		await aborted(signal);
	}

	async #untilDone(signal: AbortSignal): Promise<void> {
		const { config, clock, random, log } = this.#deps;
		for (;;) {
			try {
				while (!(await this.#advance(await ensureIdentity(config, random), signal)));
				this.#lastError = undefined; // of a leftover key
				return;
			} catch (err) {
				signal.throwIfAborted();
				const reason = messageOf(err);
				const retryInMs = await this.#retryDelayMs(err);
				const level = reason === this.#lastError ? 'debug' : 'warn'; // a device may be offline for months
				log[level]({ err, retryInMs }, 'provisioning failed, will retry');
				this.#lastError = reason;
				await clock.sleep(retryInMs, signal);
			}
		}
	}

	async #retryDelayMs(err: unknown): Promise<number> {
		const { bootstrapRetryDelay } = await this.#deps.config
			.read()
			.catch(() => ({ bootstrapRetryDelay: defaultRetryMs }));
		const askedMs = err instanceof SupervisorError ? (err.retryAfterMs ?? 0) : 0;
		return Math.max(bootstrapRetryDelay, askedMs);
	}

	/** Takes one step. @returns true when nothing is left to do */
	async #advance(current: ConfigJson, signal: AbortSignal): Promise<boolean> {
		const registration = registrationOf(current);
		switch (registration) {
			case 'unmanaged':
				return true;
			case 'unregistered':
				await this.#steps.register(current, signal);
				return false;
			case 'unnumbered':
				await this.#steps.takeOver(current, signal);
				return false;
			case 'leftover key':
				await this.#open(current, signal);
				await this.#steps.dropProvisioningKey(current, signal);
				return false;
			case 'complete':
				await this.#open(current, signal);
				return true;
			default:
				return unreachable(registration);
		}
	}

	async #open(current: ConfigJson, signal: AbortSignal): Promise<void> {
		if (this.#gate.isOpen) return;
		await this.#steps.pin(current, signal);
		this.#lastError = undefined;
		this.#gate.open();
		await this.#steps.reportInitialName(current, signal);
	}
}
