import groupBy from 'lodash/groupBy.js';
import { deviceUniverseOf, type DeviceUniverse } from '../../model/contract-universe.ts';
import { decodeTargetDevice } from '../../model/target-document.ts';
import type { AppClass, TargetApp, TargetState } from '../../model/target.ts';
import { computeAppPlan, type AppPlanInput } from '../app-plan.ts';
import type { DeviceContext } from '../context.ts';
import { executePlan } from './simulator.ts';
import { emptyWorld, type World } from './world.ts';

/** A service in few words; what is not said has a default. */
export interface ServiceSketch {
	/** Default: its place among the services. */
	readonly id?: number | undefined;
	/** Default `<service>:1`. */
	readonly image?: string | undefined;
	readonly imageId?: number | undefined;
	readonly running?: boolean | undefined;
	readonly environment?: Readonly<Record<string, string>> | undefined;
	readonly labels?: Readonly<Record<string, string>> | undefined;
	/** What it requires of the device. Default nothing. */
	readonly contract?: Readonly<Record<string, unknown>> | undefined;
	/** Its composition, in Compose's words. */
	readonly compose?: Readonly<Record<string, unknown>> | undefined;
}

export interface AppSketch {
	/** Default `hello`. */
	readonly name?: string | undefined;
	/** Default `fleet`. */
	readonly class?: AppClass | undefined;
	/** Default false. */
	readonly isHost?: boolean | undefined;
	/** Default `app1`. */
	readonly uuid?: string | undefined;
	/** Default 1. */
	readonly id?: number | undefined;
	/** Default `c1`. */
	readonly commit?: string | undefined;
	/** Default 1. */
	readonly releaseId?: number | undefined;
	/** Absent: the app has no release. */
	readonly services?: Readonly<Record<string, ServiceSketch>> | undefined;
	readonly networks?: Readonly<Record<string, unknown>> | undefined;
	readonly volumes?: Readonly<Record<string, unknown>> | undefined;
}

/** A target of these apps, decoded as one from the cloud is. @throws {Error} if an app is rejected */
export function sketchTarget(...sketches: readonly AppSketch[]): TargetState {
	const apps = Object.fromEntries(
		sketches.map((sketch) => [sketch.uuid ?? 'app1', appDocument(sketch)]),
	);
	const target = decodeTargetDevice({ name: 'device', config: {}, apps });
	const [rejected] = target.rejected;
	if (rejected !== undefined) throw new Error(`bad sketch: ${rejected.reasons.join('; ')}`);
	return target;
}

export function sketchApp(sketch: AppSketch): TargetApp {
	const [app] = sketchTarget(sketch).apps;
	if (app === undefined) throw new Error('no app in the sketch');
	return app;
}

function appDocument({ id = 1, commit = 'c1', releaseId = 1, ...rest }: AppSketch) {
	const { services, networks = {}, volumes = {}, name: appName = 'hello', isHost = false } = rest;
	const base = { id, name: appName, is_host: isHost, class: rest.class };
	if (services === undefined) return base;
	const documents = Object.entries(services).map(([name, service], index) => {
		const document = {
			id: service.id ?? index + 1,
			image_id: service.imageId ?? index + 1,
			image: service.image ?? `${name}:1`,
			running: service.running ?? true,
			environment: service.environment ?? {},
			labels: service.labels ?? {},
			contract: service.contract,
			composition: service.compose ?? {},
		};
		return [name, document] as const;
	});
	const release = { id: releaseId, services: Object.fromEntries(documents), networks, volumes };
	return { ...base, releases: { [commit]: release } };
}

/** What services may require of the device of sketches. */
export const sketchUniverse: DeviceUniverse = deviceUniverseOf({
	supervisorVersion: '20.0.0',
	deviceType: 'generic-amd64',
	deviceArch: 'amd64',
});

export const sketchContext: DeviceContext = {
	uuid: 'd1',
	deviceName: 'device',
	deviceType: 'generic-amd64',
	deviceArch: 'amd64',
	osVersion: 'Debian 12',
	apiPort: 48484,
	serviceApiKeys: {},
	engineSocketPath: '/var/run/docker.sock',
	hostPaths: ['/lib/modules'],
	overrideLocks: false,
};

/** The input of a look at one app in a world. */
export function lookAt(
	world: World,
	target: TargetApp | undefined,
	more: Partial<AppPlanInput> = {},
): AppPlanInput {
	const { appUuid, appId } = target ?? sketchApp({ services: {} });
	return {
		oldImages: oldImagesOf(world, [target]),
		appUuid,
		appId,
		target,
		observed: world.observed,
		context: { ...sketchContext, rebootDueFor: world.rebootDueFor },
		intents: [],
		currentCommit: world.commits[appUuid],
		force: false,
		...more,
	};
}

/** By service: images it was given before, as their names tell, and that no target wants. */
export function oldImagesOf(
	{ storedImages }: World,
	targets: readonly (TargetApp | undefined)[],
): Record<string, readonly string[]> {
	const services = targets.flatMap((target) => target?.release?.services ?? []);
	const wanted = new Set(services.map(({ image }) => image));
	const spent = storedImages.filter((reference) => !wanted.has(reference));
	return groupBy(spent, (reference) => reference.split(/[@:]/)[0]);
}

/** The world once the app is as its target says. */
export function settled(sketch: AppSketch, world: World = emptyWorld): World {
	const target = sketchApp(sketch);
	const once = executePlan(world, computeAppPlan(lookAt(world, target)));
	if (world.imageLabels === undefined) return once;
	return executePlan(once, computeAppPlan(lookAt(once, target)));
}
