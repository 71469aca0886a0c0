import type { DryRunRequest, DryRunWorld } from '../api/v3/deps.ts';
import { readAdoptions } from '../loop/adopted-containers.ts';
import { imagesByService } from '../loop/image-ledger.ts';
import { isRecord } from '../kit/digest.ts';
import { readManagedVariables } from '../loop/boot-look.ts';
import { applyContracts } from '../model/apply-contracts.ts';
import { deviceUniverseOf } from '../model/contract-universe.ts';
import type { Plan } from '../model/plan.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import { computeBootPlan } from '../plan/boot/boot-plan.ts';
import { computePlan } from '../plan/whole-plan.ts';
import type { Basis } from './basis.ts';
import { createContextSource } from './context.ts';
import { areDeltasWanted } from './deltas.ts';
import type { Loop } from './loop.ts';
import { heldKeysOf } from './service-keys.ts';

const nobody: TargetState = { deviceName: 'device', config: {}, apps: [], rejected: [] };

/** Computes the plan for a target state as the loop would; changes nothing, not even the store's keys. */
export function createDryRun(
	basis: Basis,
	{ board, observer }: Pick<Loop, 'board' | 'observer'>,
): (request: DryRunRequest, signal: AbortSignal) => Promise<DryRunWorld> {
	const { host, store, engine, settings, version, environment, log } = basis;
	const contextFor = createContextSource({
		...basis,
		board,
		engineSocketPath: environment.engineSocketPath,
	});
	return async ({ document, keepOthers, force }, signal) => {
		const present = board.snapshot().target ?? nobody;
		const wanted = wantedTarget(document, { present, keepOthers });
		const facts = { ...(await host.system()), supervisorVersion: version };
		const { target } = applyContracts(wanted, deviceUniverseOf(facts));
		const observed = await observer.current(signal);
		const context = await contextFor(undefined); // without an app it makes no keys
		const keys = await Promise.all(target.apps.map((app) => heldKeysOf(app, { engine, board })));
		const images = await store.listImages();
		const plan = computePlan({
			...{ target, observed, force },
			context: {
				...context,
				deviceName: target.deviceName,
				serviceApiKeys: Object.fromEntries(keys.flatMap(Object.entries<string>)),
			},
			intents: {},
			currentCommits: board.snapshot().currentCommits,
			storedImages: images.map(({ reference }) => reference),
			adopted: await readAdoptions(store),
			deltaImages: areDeltasWanted(settings.current()) ? imagesByService(images) : {},
		});
		const boot = await bootPlanFor(target, basis);
		const whole = { ...plan, steps: [...boot.steps, ...plan.steps] };
		log.debug({ steps: whole.steps.length }, 'dry run');
		return { plan: whole, target, observed };
	};
}

/** What the device boots with comes before its apps. */
async function bootPlanFor(
	{ config }: TargetState,
	{ bootConfig, rebootMark, store }: Pick<Basis, 'bootConfig' | 'rebootMark' | 'store'>,
): Promise<Plan> {
	const observed = await bootConfig.observe();
	const managed = await readManagedVariables(store);
	const dueReasons = (await rebootMark.read())?.reasons ?? [];
	return computeBootPlan({ config, observed, managed, dueReasons }).plan;
}

interface Present {
	readonly present: TargetState;
	readonly keepOthers: boolean;
}

/** @throws {SupervisorError} TARGET_INVALID */
function wantedTarget(document: unknown, { present, keepOthers }: Present): TargetState {
	const { name, config, apps } = devicePartOf(document);
	if (apps === undefined) return present;
	const given = decodeTargetDevice({
		name: name ?? present.deviceName,
		config: config ?? present.config,
		apps,
	});
	if (!keepOthers || !isRecord(apps)) return given;
	const isOther = ({ appUuid }: { readonly appUuid: string }): boolean => !(appUuid in apps);
	return {
		...given,
		supervisorApp: given.supervisorApp ?? present.supervisorApp,
		apps: [...present.apps.filter(isOther), ...given.apps],
		rejected: [...present.rejected.filter(isOther), ...given.rejected],
	};
}

/** The cloud wraps a device's part into an object under its uuid; either form will do. */
function devicePartOf(document: unknown): Record<string, unknown> {
	if (!isRecord(document)) return {};
	const [only, ...others] = Object.values(document);
	const isWrapped = !('apps' in document) && others.length === 0 && isRecord(only);
	return isWrapped && 'apps' in only ? only : document;
}
