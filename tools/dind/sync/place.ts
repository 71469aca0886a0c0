import { ToolError } from '../effects/errors.ts';
import type { SupervisorPlace, Transport } from './commands.ts';
import { toAddress } from './commands.ts';

/** What a device says of the supervisor on it. Empty where it does not say. */
export interface PlaceFacts extends SupervisorPlace {
	readonly image: string;
	/** Processor of the image and of the device, as Go writes them: `amd64`, `arm64`, `arm`, `386`. */
	readonly imageArch: string;
	readonly deviceArch: string;
	readonly isReadOnly: boolean;
	/** Folder of the device that the built supervisor is mounted from; empty: it is in the image. */
	readonly mountedDist: string;
	/** The image has a supervisor of this project's form. */
	readonly hasMain: boolean;
	/** Room for the engine's files; undefined where the device is reached by its engine only. */
	readonly freeBytes: number | undefined;
	/** `dev` or `prod`. */
	readonly variant: string;
}

/** @param output - of `findSupervisor` */
export function parsePlace(output: string): PlaceFacts {
	const values = new Map(
		output.split('\n').map((line) => {
			const [key = '', ...rest] = line.split('=');
			return [key, rest.join('=').trim()] as const;
		}),
	);
	const valueOf = (key: string) => values.get(key) ?? '';
	const freeKb = valueOf('freeKb');
	return {
		engine: valueOf('engine'),
		container: valueOf('container'),
		image: valueOf('image'),
		imageArch: valueOf('imageArch'),
		deviceArch: valueOf('deviceArch'),
		isReadOnly: valueOf('readOnly') === 'true',
		mountedDist: valueOf('mountedDist'),
		hasMain: valueOf('hasMain') === '1',
		freeBytes: freeKb === '' ? undefined : Number(freeKb) * 1024,
		variant: valueOf('variant'),
	};
}

/** A build, unpacked, some times over. */
const NEEDED_BYTES = 30e6;

/** What command-line tools call processors, in Go's words. */
const GO_ARCH: Readonly<Record<string, string>> = {
	...{ amd64: 'amd64', i386: '386', aarch64: 'arm64', armv7hf: 'arm', rpi: 'arm' },
};

export interface Expectation {
	/** Processor that the caller takes the device to have, in the words of image names; undefined: any. */
	readonly arch?: string | undefined;
}

/**
 * Looks for what would make a sync fail half-way, or be of no effect.
 * @throws {ToolError} that says what stands against it
 */
export function requireFit(
	transport: Transport,
	facts: PlaceFacts,
	{ arch }: Expectation = {},
): void {
	const fault = findFault(facts, toAddress(transport), arch);
	if (fault !== undefined) throw fault;
}

function findFault(facts: PlaceFacts, at: string, arch: string | undefined) {
	const { image, imageArch, deviceArch, mountedDist, freeBytes } = facts;
	if (arch !== undefined && GO_ARCH[arch] !== deviceArch) {
		return new ToolError(`the device at ${at} has another processor: ${deviceArch}, not ${arch}`, {
			todo: 'Is it the device you mean? Leave --arch out to take any.',
		});
	}
	if (imageArch !== '' && deviceArch !== '' && imageArch !== deviceArch) {
		return new ToolError(
			`the supervisor image ${image} at ${at} is for ${imageArch}, the device is ${deviceArch}`,
			{ todo: 'Put an image for its processor on it first: ./dindctl build --arch ARCH.' },
		);
	}
	if (mountedDist !== '') {
		return new ToolError(`the supervisor at ${at} runs from the folder ${mountedDist} already`, {
			todo: 'That is ./dindctl run --mount-dist: bring changes to it with ./dindctl refresh.',
		});
	}
	if (!facts.hasMain) {
		return new ToolError(`the supervisor at ${at} (${image}) is another one than this`, {
			todo: 'Put an image of this one on the device first; only its code is copied.',
		});
	}
	if (facts.isReadOnly) {
		return new ToolError(`the supervisor's container at ${at} cannot be written to`, {
			todo: 'Its root file system is read-only. Run it without that, or build an image: ./dindctl build.',
		});
	}
	return freeBytes === undefined || freeBytes >= NEEDED_BYTES
		? undefined
		: noSpace(at, `${(freeBytes / 1e6).toFixed(0)} MB`);
}

export function noSpace(at: string, free: string): ToolError {
	return new ToolError(`the device at ${at} has no space left (${free})`, {
		todo: 'Free some there: remove images that nothing uses (docker image prune), or old logs.',
	});
}
