import { listedReference } from '../../model/image-reference.ts';
import type { EngineEvent, ObservedContainer } from '../../model/observed.ts';
import type { ContainerEngine } from '../container-engine.ts';
import { createAsyncQueue, type AsyncQueue } from './async-queue.ts';
import { createFakeContainers } from './fake-containers.ts';
import {
	createFakeGate,
	unavailable,
	type EngineMethod,
	type FakeCall,
	type FakeParts,
} from './fake-gate.ts';
import { createFakeLogs } from './fake-logs.ts';
import { createFakeResources } from './fake-resources.ts';
import {
	addImage,
	attributesOf,
	createFakeWorld,
	eventOf,
	stampOf,
	type FakeWorld,
} from './fake-world.ts';

export interface FakeEngine extends ContainerEngine {
	readonly world: FakeWorld;
	/** In order; refused calls included. */
	readonly calls: FakeCall[];
	/** `method subject` of every call that changes something, in order. */
	changes(): string[];
	/** The next `times` calls (default 1) of this method are refused with this error. */
	failNext(method: EngineMethod, err: Error, times?: number): void;
	/** Calls of this method wait until the returned function is called, or their signal fires. */
	hold(method: EngineMethod): () => void;
	/** Nothing answers, and open streams break, until `goUp`. Containers run on. */
	goDown(): void;
	goUp(): void;
	/** The image is on the device. @returns the engine's image id */
	addImage(reference: string, labels?: Readonly<Record<string, string>>): string;
	/** A pull of it brings these labels. */
	publish(reference: string, labels: Readonly<Record<string, string>>): void;
	/** Pulls of it are refused from now on; without this every reference can be pulled. */
	unpublish(reference: string): void;
	/** The container's process ended by itself. */
	exitContainer(container: string, exitCode: number): void;
	setHealth(container: string, health: ObservedContainer['health']): void;
	writeLog(container: string, message: string, isStdErr?: boolean): void;
	/** Sends an event and changes nothing. */
	emit(
		type: EngineEvent['type'],
		action: string,
		object: { readonly id: string; readonly attributes?: Readonly<Record<string, string>> },
	): void;
	/** Open event streams. */
	readonly eventStreams: number;
}

const readingMethods: readonly EngineMethod[] = [
	'ping',
	'info',
	'listContainers',
	'listImages',
	'listNetworks',
	'listVolumes',
	'inspectContainer',
	'containerUsage',
	'events',
	'containerLogs',
	'followLog',
];

/** An engine in memory. Containers start at once and run until stopped or `exitContainer`. */
export function createFakeEngine(): FakeEngine {
	const world = createFakeWorld();
	const gate = createFakeGate();
	const streams = new Set<AsyncQueue<EngineEvent>>();
	const emit: FakeParts['emit'] = (kind, objectId, attributes = { name: objectId }) => {
		const event = eventOf(kind, { objectId, attributes, nano: world.nextNano() });
		for (const stream of [...streams]) stream.push(event);
		if (kind[1] === 'die') notify(objectId); // its log ends
	};
	const parts: FakeParts = {
		world,
		call: gate.call,
		emit,
		unpublished: new Set(),
		published: new Map(),
	};
	const { exit, ...containers } = createFakeContainers(parts);
	const { breakStreams, notify, ...logs } = createFakeLogs(parts);
	return {
		...containers,
		...createFakeResources(parts),
		...logs,
		world,
		calls: gate.calls,
		changes: () =>
			gate.calls
				.filter(({ method }) => !readingMethods.includes(method))
				.map(({ method, subject }) => `${method} ${subject}`),
		failNext: gate.failNext,
		hold: gate.hold,
		goUp: () => gate.setDown(false),
		goDown() {
			gate.setDown(true);
			for (const stream of [...streams]) stream.fail(unavailable());
			breakStreams(unavailable());
		},
		ping: (signal) => gate.call({ method: 'ping', subject: '' }, signal, () => undefined),
		info: (signal) =>
			gate.call({ method: 'info', subject: '' }, signal, () => ({
				version: '20.10.24',
				architecture: 'amd64',
				cgroupVersion: '1',
			})),
		async *events(signal, onOpen) {
			if (signal.aborted) return;
			const queue = createAsyncQueue<EngineEvent>(signal, () => streams.delete(queue));
			await gate.call({ method: 'events', subject: '' }, signal, () => streams.add(queue));
			onOpen?.();
			yield* queue;
		},
		addImage: (reference, labels = {}) => addImage(world, reference, labels),
		publish: (reference, labels) => void parts.published.set(listedReference(reference), labels),
		unpublish: (reference) => void parts.unpublished.add(listedReference(reference)),
		exitContainer(container, exitCode) {
			exit(world.container(container), exitCode);
		},
		setHealth(container, health) {
			const found = world.container(container);
			found.health = health;
			emit(['container', `health_status: ${health ?? 'none'}`], found.id, attributesOf(found));
		},
		writeLog(container, message, isStdErr = false) {
			const found = world.container(container);
			found.logs.push({ message, isStdErr, stamp: stampOf(world.nextNano()) });
			notify(found.id);
		},
		emit: (type, action, { id, attributes }) => emit([type, action], id, attributes),
		get eventStreams() {
			return streams.size;
		},
	};
}
