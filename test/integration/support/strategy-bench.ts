import { expect } from 'chai';
import type { DockerEngine } from '../../../src/engine/docker-engine.ts';
import { createExecutor } from '../../../src/execute/executor.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { silentLogger } from '../../../src/kit/logger.ts';
import type { Intent } from '../../../src/model/plan.ts';
import type { ProgressEvent } from '../../../src/model/progress.ts';
import type { TargetApp } from '../../../src/model/target.ts';
import { observeDevice } from '../../../src/observe/observe-device.ts';
import { computeAppPlan } from '../../../src/plan/app-plan.ts';
import { lockFolderOf } from '../../../src/plan/compose/mounts.ts';
import { sketchApp, sketchContext, type AppSketch } from '../../../src/plan/testing/sketch.ts';
import type { TestDevice } from './device.ts';

export interface StrategyBenchOptions {
	readonly app: { readonly uuid: string; readonly id: number };
	readonly device: TestDevice;
	readonly engine: DockerEngine;
	/** References that releases of the app use. */
	readonly images: readonly string[];
	readonly onProgress: (event: ProgressEvent) => void;
}

/** Carries plans for one app out on a real engine, with the signs of hand-overs on the device's disk. */
export interface StrategyBench {
	/** The engine is as the sketch says afterwards; every step has succeeded. @param sketch - absent: no services */
	apply(sketch: AppSketch | undefined, intents?: readonly Intent[]): Promise<void>;
	/** Nothing of the app is left. */
	clear(): Promise<void>;
}

const never = new AbortController().signal;
const nothing = (): Promise<void> => Promise.resolve();

export function createStrategyBench(options: StrategyBenchOptions): StrategyBench {
	const { app, device, engine, images, onProgress } = options;
	const { uuid, id } = app;
	const signIn = (service: string): string => `${lockFolderOf(id, service)}/handover-complete`;
	const executor = createExecutor({
		engine,
		locks: { take: nothing, release: nothing, untilReleased: nothing },
		handovers: {
			clear: async (_appId, service) => {
				await device.exec('rm', '-f', signIn(service));
			},
			isGiven: (_appId, service) =>
				device.exec('test', '-e', signIn(service)).then(
					() => true,
					() => false,
				),
		},
		rebootMark: { add: nothing },
		bootConfig: { change: nothing },
		store: { recordImages: nothing, forgetImages: nothing, recordCommit: nothing },
		registryAuth: { credentialsFor: () => Promise.resolve(undefined) },
		clock: systemClock,
		log: silentLogger,
		onProgress,
	});
	const apply: StrategyBench['apply'] = async (sketch, intents = []) => {
		const target: TargetApp = sketchApp(sketch ?? { uuid, id, services: {} });
		const observed = await observeDevice({ engine, clock: systemClock }, never);
		const input = { observed, context: sketchContext, force: false, intents };
		const { appUuid, appId } = target;
		const oldImages = { web: images.filter((image) => image !== imageOf(target)) };
		const currentCommit = target.release?.commit;
		const plan = computeAppPlan({ ...input, appUuid, appId, target, oldImages, currentCommit });
		const { failures } = await executor.execute(plan, { signal: never });
		expect(failures.map(({ step, err }) => `${step.id}: ${err.message}`)).to.deep.equal([]);
	};
	return {
		apply,
		async clear() {
			await apply(undefined, [{ kind: 'purge' }]);
			for (const image of images) await engine.removeImage(image, never);
		},
	};
}

function imageOf({ release }: TargetApp): string | undefined {
	return release?.services[0]?.image;
}
