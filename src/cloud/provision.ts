import type { ConfigJson } from '../config/config-json.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { createGate } from '../kit/gate.ts';
import { aborted, type Job } from '../kit/job.ts';
import { unreachable } from '../kit/unreachable.ts';
import { ClockTrouble } from './clock-trouble.ts';
import { ensureIdentity, registrationOf } from './identity.ts';
import { InitialReport, type InitialReportDeps } from './initial-report.ts';
import { pauseAfterFailureMs } from './poll-schedule.ts';
import { ProvisionSteps, type ProvisionStepsDeps } from './provision-steps.ts';

export interface ProvisionerDeps extends ProvisionStepsDeps, InitialReportDeps {
	/** Upper limit of the pauses between attempts to tell the initial configuration, in milliseconds. */
	readonly pollIntervalMs: () => number;
}

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
	/**
	 * Asks a cloud that refuses the device's key whether it does; a provisioning key of config.json, if there is one, is
	 * used to set the device's key again. The identity stays what it is.
	 * @returns true when the cloud takes the device's key now
	 * @throws {SupervisorError} CLOUD_UNREACHABLE, CLOUD_REFUSED when nobody can tell
	 */
	recheckKey(signal: AbortSignal): Promise<boolean>;
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
	readonly #initialReport: InitialReport;
	readonly #gate = createGate();
	readonly #clockTrouble: ClockTrouble;
	#lastError: string | undefined;
	#tellInMs: number | undefined;

	constructor(deps: ProvisionerDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'provisioner' }) };
		this.#steps = new ProvisionSteps(this.#deps);
		this.#initialReport = new InitialReport(this.#deps);
		this.#clockTrouble = new ClockTrouble(deps.clock);
	}

	provisioned(signal: AbortSignal): Promise<void> {
		return this.#gate.passed(signal);
	}

	async recheckKey(signal: AbortSignal): Promise<boolean> {
		return await this.#steps.renewKey(await this.#deps.config.read(), signal);
	}

	lastError(): string | undefined {
		return this.#lastError;
	}

	async run(signal: AbortSignal): Promise<void> {
		try {
			await this.#untilDone(signal);
			await this.#untilTold(signal);
		} catch (err) {
			if (!signal.aborted) throw err;
		}
		await aborted(signal);
	}

	async #untilDone(signal: AbortSignal): Promise<void> {
		const { config, random, log } = this.#deps;
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
				this.#clockTrouble.note(err);
				await this.#clockTrouble.sleep(retryInMs, signal);
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
				await this.#initialReport.forget();
				return true;
			case 'unregistered':
				await this.#steps.register(current, signal);
				return false;
			case 'unnumbered':
				await this.#steps.takeOver(current, signal);
				return false;
			case 'leftover key':
				await this.#dropKey(current, signal);
				return false;
			case 'complete':
				await this.#open(current, signal);
				return true;
			default:
				return unreachable(registration);
		}
	}

	/** First of all, as the device's own key may not be good without it; where that fails, the device works all the same. */
	async #dropKey(current: ConfigJson, signal: AbortSignal): Promise<void> {
		try {
			await this.#steps.dropProvisioningKey(current, signal);
		} catch (err) {
			signal.throwIfAborted();
			await this.#open(current, signal);
			throw err;
		}
	}

	async #open(current: ConfigJson, signal: AbortSignal): Promise<void> {
		if (this.#gate.isOpen) return;
		await this.#steps.pin(current, signal);
		this.#tellInMs = await this.#tell(0, signal); // before the cloud's configuration comes into force
		this.#lastError = undefined;
		this.#gate.open();
	}

	/** The initial report holds nothing back: after a failure it is repeated beside everything else. */
	async #untilTold(signal: AbortSignal): Promise<void> {
		for (let failures = 1; this.#tellInMs !== undefined; failures++) {
			await this.#clockTrouble.sleep(this.#tellInMs, signal);
			this.#tellInMs = await this.#tell(failures, signal);
		}
	}

	/** @returns pause before the next attempt, in milliseconds; undefined when there is nothing left to tell */
	async #tell(failures: number, signal: AbortSignal): Promise<number | undefined> {
		const { config, pollIntervalMs, random, log } = this.#deps;
		try {
			const current = await config.read();
			await this.#initialReport.keep(current);
			await this.#initialReport.tell(current, signal);
			return undefined;
		} catch (err) {
			signal.throwIfAborted();
			this.#clockTrouble.note(err);
			const retryInMs = pauseAfterFailureMs({
				failures,
				intervalMs: pollIntervalMs(),
				fraction: random.fraction(),
				retryAfterMs: err instanceof SupervisorError ? err.retryAfterMs : undefined,
			});
			const rounded = Math.round(retryInMs);
			log.warn({ err, retryInMs: rounded }, 'initial configuration not told, will retry');
			return retryInMs;
		}
	}
}
