import { startDevice, type TestDevice } from './device.ts';
import { startRegistry, type TestRegistry } from './registry.ts';

/** Building images on a fresh computer included. */
const setUpMs = 600_000;

const shared: { device?: Promise<TestDevice>; registry?: Promise<TestRegistry> } = {};

/**
 * One device serves the whole run; it is started when the first suite wants it. Call it in a `describe`.
 * @returns the device, inside hooks and tests
 */
export function useDevice(): () => TestDevice {
	let device: TestDevice | undefined;
	before('a device', async function () {
		this.timeout(setUpMs);
		shared.device ??= startDevice();
		device = await shared.device;
	});
	return () => required(device);
}

/** One registry beside the shared device. Call it in a `describe`. */
export function useRegistry(): () => TestRegistry {
	const device = useDevice();
	let registry: TestRegistry | undefined;
	before('a registry', async function () {
		this.timeout(setUpMs);
		shared.registry ??= startRegistry(device());
		registry = await shared.registry;
	});
	return () => required(registry);
}

function required<T>(value: T | undefined): T {
	if (value === undefined) throw new Error('only inside hooks and tests');
	return value;
}

// Registered when a test file is loaded, outside of any suite: it runs when all of them are over.
after('remove the shared device', async function () {
	this.timeout(60_000);
	const made = await Promise.allSettled([shared.registry, shared.device]);
	for (const result of made) {
		if (result.status === 'fulfilled') await result.value?.remove();
	}
});
