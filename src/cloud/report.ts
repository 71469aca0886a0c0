import type { Clock } from '../kit/clock.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import { createWaker } from '../kit/waker.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import type { HostMetrics } from '../model/host-metrics.ts';
import type { Host } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import { cloudDifference, isMetricsOnly } from '../report/cloud-difference.ts';
import { narrowToTarget } from '../report/cloud-apps.ts';
import { toCloudReport, type CloudReport } from '../report/cloud-report.ts';
import { AcceptedReport } from './accepted-report.ts';
import { isSuccess, toRefusal } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import { ClockTrouble } from './clock-trouble.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import { readCloudAccess, type CloudAccess, type CloudAccessDeps } from './identity.ts';
import { ReportSchedule } from './report-schedule.ts';

export interface ReporterDeps extends CloudAccessDeps {
	readonly http: HttpClient;
	/** Resolves when the device may speak to the cloud; see Provisioner. */
	readonly provisioned: (signal: AbortSignal) => Promise<void>;
	readonly snapshot: () => DeviceSnapshot;
	/** @returns a function that ends the subscription */
	readonly onChange: (listener: () => void) => () => void;
	readonly host: Pick<Host, 'facts' | 'metrics'>;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting' | 'listImages'>;
	/** Of the supervisor. */
	readonly version: string;
	/** Port of the local API. */
	readonly apiPort: number;
	/** The local API's global key. */
	readonly apiSecret: () => Promise<string>;
	/** False in local mode. */
	readonly reportsApps: () => boolean;
	readonly hardwareMetrics: () => boolean;
	readonly pollIntervalMs: () => number;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}

/** Tells the cloud what the device does: changes of state within ten seconds, readings of the hardware every five minutes. */
export interface Reporter extends Job {
	/** Looks at once whether there is something to tell, as after a new API key. */
	wake(): void;
	/** Why the last report failed; undefined when the last one was taken. */
	lastError(): string | undefined;
	/** The local API's global key that the cloud took last; undefined: it was not asked yet. */
	apiSecretInCloud(): string | undefined;
}

export function createReporter(deps: ReporterDeps): Reporter {
	return new CloudReporter(deps);
}

/** Addresses and the like have no events: they are read this often, in milliseconds. */
const lookMs = 30_000;
/** Readings of the hardware are not older than this, in milliseconds. */
const metricsAgeMs = 60_000;

class CloudReporter implements Reporter {
	readonly name = 'state reporter';
	readonly #deps: ReporterDeps;
	readonly #schedule: ReportSchedule;
	readonly #accepted: AcceptedReport;
	readonly #waker: ReturnType<typeof createWaker>;
	readonly #clockTrouble: ClockTrouble;
	#metrics: HostMetrics = {};
	#metricsAtMs = -Infinity;
	#lastError: string | undefined;

	constructor(deps: ReporterDeps) {
		const { pollIntervalMs, random, store, clock } = deps;
		this.#deps = { ...deps, log: deps.log.child({ component: 'reporter' }) };
		this.#schedule = new ReportSchedule({ pollIntervalMs, fraction: () => random.fraction() });
		this.#accepted = new AcceptedReport(store);
		this.#waker = createWaker(clock);
		this.#clockTrouble = new ClockTrouble(clock);
	}

	wake(): void {
		this.#waker.wake();
	}

	lastError(): string | undefined {
		return this.#lastError;
	}

	apiSecretInCloud(): string | undefined {
		return this.#accepted.apiSecret;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { provisioned, onChange, clock } = this.#deps;
		const unsubscribe = onChange(() => this.#waker.wake());
		try {
			await provisioned(signal);
			for (;;) {
				const pauseMs = this.#schedule.readyAtMs - clock.monotonicMs();
				if (pauseMs > 0) await this.#clockTrouble.sleep(pauseMs, signal);
				if (!(await this.#report(signal))) await this.#waker.wait(lookMs, signal);
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		} finally {
			unsubscribe();
		}
	}

	/** @returns false when there was nothing to send */
	async #report(signal: AbortSignal): Promise<boolean> {
		try {
			const access = await readCloudAccess(this.#deps);
			const report = this.#withAllowedApps(await this.#build());
			const fields = this.#whatIsDue(report, await this.#accepted.of(access));
			if (Object.keys(fields).length === 0) return false;
			await this.#send(fields, access, signal);
		} catch (err) {
			signal.throwIfAborted();
			this.#fail(err);
		}
		return true;
	}

	async #build(): Promise<CloudReport> {
		const { snapshot, host, store, version, apiPort, apiSecret } = this.#deps;
		const { reportsApps, hardwareMetrics } = this.#deps;
		const [facts, secret, images] = await Promise.all([
			host.facts(),
			apiSecret(),
			store.listImages(),
		]);
		return toCloudReport({
			snapshot: snapshot(),
			facts: { ...facts, supervisorVersion: version, apiPort, apiSecret: secret },
			metrics: await this.#readMetrics(),
			includesMetrics: hardwareMetrics(),
			images,
			includesApps: reportsApps(),
		});
	}

	async #readMetrics(): Promise<HostMetrics> {
		const { host, clock } = this.#deps;
		const nowMs = clock.monotonicMs();
		if (nowMs - this.#metricsAtMs < metricsAgeMs) return this.#metrics;
		this.#metrics = await host.metrics();
		this.#metricsAtMs = nowMs;
		return this.#metrics;
	}

	/** All apps; while the cloud refuses these, only what the target names; while it refuses this too, none. */
	#withAllowedApps({ apps, ...others }: CloudReport): CloudReport {
		const { snapshot, clock } = this.#deps;
		const { target } = snapshot();
		if (apps === undefined || target === undefined) return others;
		const allowed = [apps, narrowToTarget(apps, target)].find((one) =>
			this.#schedule.allowsApps(one, clock.monotonicMs()),
		);
		return allowed === undefined ? others : { ...others, apps: allowed };
	}

	/** A difference, unless it is nothing but readings of the hardware and it is too early for these. */
	#whatIsDue(report: CloudReport, accepted: CloudReport): CloudReport {
		const difference = cloudDifference(accepted, report);
		const isEarly = !this.#schedule.allowsMetrics(this.#deps.clock.monotonicMs());
		return isMetricsOnly(difference, accepted) && isEarly ? {} : difference;
	}

	async #send(fields: CloudReport, access: CloudAccess, signal: AbortSignal): Promise<void> {
		const { http, clock } = this.#deps;
		const answer = await http.send({
			method: 'PATCH',
			url: apiUrl(access.apiEndpoint, '/device/v3/state'),
			key: access.deviceApiKey,
			body: { [access.uuid]: fields },
			signal,
		});
		if (isSuccess(answer)) {
			this.#schedule.accepted(fields, clock.monotonicMs());
			this.#lastError = undefined;
			await this.#accepted.add(fields, access);
			return;
		}
		this.#logRefusal(answer, fields);
		if (fields.apps === undefined || !mayBeAboutApps(answer)) {
			if (answer.status === 401) await this.#accepted.forget();
			throw toRefusal(answer, 'the state report');
		}
		const retryInMs = this.#schedule.refusedApps(fields.apps, clock.monotonicMs());
		this.#lastError = toRefusal(answer, 'the state report with its apps').message;
		this.#deps.log.warn(
			{ retryInMs: Math.round(retryInMs) },
			'apps refused, the next state report has fewer',
		);
	}

	/** A refused report is of use only with what was in it; the key in it is not. */
	#logRefusal({ status }: HttpAnswer, fields: CloudReport): void {
		if (!mayBeAboutApps({ status })) return;
		const body = 'api_secret' in fields ? { ...fields, api_secret: '[redacted]' } : fields;
		this.#deps.log.warn({ status, body }, 'state report refused');
	}

	#fail(err: unknown): void {
		const retryAfterMs = err instanceof SupervisorError ? err.retryAfterMs : undefined;
		const pauseMs = this.#schedule.failed(this.#deps.clock.monotonicMs(), retryAfterMs);
		this.#lastError = messageOf(err);
		this.#clockTrouble.note(err);
		this.#deps.log.warn({ err, retryInMs: Math.round(pauseMs) }, 'state not reported, will retry');
	}
}

/** The cloud answers so when an app, release or image is not as it knows it, and for a bad key as well. */
function mayBeAboutApps({ status }: Pick<HttpAnswer, 'status'>): boolean {
	return status === 400 || status === 401 || status === 409;
}
