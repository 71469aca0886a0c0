import { z } from 'zod';
import { bootBackends } from '../../model/boot-config.ts';

const record = z.record(z.string(), z.unknown());
const texts = z.record(z.string(), z.string());

/** An app in few words; see AppSketch for the defaults. */
const app = z.strictObject({
	uuid: z.string().optional(),
	id: z.number().optional(),
	name: z.string().optional(),
	class: z.enum(['fleet', 'app', 'block']).optional(),
	isHost: z.boolean().optional(),
	commit: z.string().optional(),
	releaseId: z.number().optional(),
	services: z
		.record(
			z.string(),
			z.strictObject({
				id: z.number().optional(),
				image: z.string().optional(),
				imageId: z.number().optional(),
				running: z.boolean().optional(),
				environment: texts.optional(),
				labels: texts.optional(),
				contract: record.optional(),
				compose: record.optional(),
			}),
		)
		.optional(),
	networks: record.optional(),
	volumes: record.optional(),
});

const container = {
	containerId: z.exactOptional(z.string()),
	name: z.exactOptional(z.string()),
	state: z.exactOptional(
		z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
	),
	exitCode: z.exactOptional(z.number()),
	health: z.exactOptional(z.enum(['starting', 'healthy', 'unhealthy'])),
	createdAtSec: z.exactOptional(z.number()),
	engineImageId: z.exactOptional(z.string()),
	imageReference: z.exactOptional(z.string()),
	labels: z.exactOptional(texts),
	networks: z.exactOptional(z.array(z.string())),
	volumes: z.exactOptional(z.array(z.string())),
	networkMode: z.exactOptional(z.string()),
	hostPorts: z.exactOptional(
		z.array(z.strictObject({ hostIp: z.string(), port: z.number(), protocol: z.string() })),
	),
};

/** Which container: the one of a service, in the app `app1` unless another is named. */
const which = { container: z.string(), app: z.string().default('app1') };

/** What happens to a world without us, one thing at a time. */
const mishap = z.union([
	z.strictObject({ set: z.strictObject({ ...container, ...which }) }),
	z.strictObject({ copy: z.strictObject({ ...container, ...which }) }),
	z.strictObject({ gone: z.strictObject(which) }),
	z.strictObject({ goneNetwork: z.string() }),
	z.strictObject({ goneVolume: z.string() }),
	z.strictObject({ goneImage: z.string() }),
	z.strictObject({ movedTag: z.string() }),
	z.strictObject({ untaggedImage: z.string() }),
	z.strictObject({ otherDriver: z.string() }),
	/** Everything as another supervisor would have made it. */
	z.strictObject({ withoutDigests: z.literal(true) }),
	/** The same, and it was adopted since. */
	z.strictObject({ adopted: z.literal(true) }),
	/** The device booted: no reboot is due any more. */
	z.strictObject({ rebooted: z.literal(true) }),
	/** Every file that the device boots with says this. */
	z.strictObject({ bootFile: z.record(z.string(), z.array(z.string())) }),
]);
export type CorpusMishap = z.infer<typeof mishap>;

const stranger = z.strictObject({
	containers: z.array(z.strictObject(container)).default([]),
	networks: z.array(z.strictObject({ name: z.string(), labels: texts.default({}) })).default([]),
	volumes: z.array(z.strictObject({ name: z.string(), labels: texts.default({}) })).default([]),
});

const intent = z.union([
	z.strictObject({ stop: z.string() }),
	z.strictObject({ start: z.string() }),
	/** Replace the containers of these services. */
	z.strictObject({ restart: z.array(z.string()) }),
	z.strictObject({ purge: z.literal(true) }),
]);
export type CorpusIntent = z.infer<typeof intent>;

/** What the device boots with; it has booted so. */
const boot = z.strictObject({
	deviceType: z.string().default('raspberrypi4-64'),
	files: z
		.array(
			z.strictObject({
				backend: z.enum(bootBackends),
				values: z.record(z.string(), z.array(z.string())).default({}),
			}),
		)
		.default([]),
	/** Variables that a target named before. */
	managed: z.array(z.string()).default([]),
	/** Steps that failed and are not tried yet. */
	resting: z.array(z.string()).default([]),
});

const flags = z.strictObject({
	force: z.boolean().default(false),
	overrideLocks: z.boolean().default(false),
	/** By app uuid: what people ask for. */
	intents: z.record(z.string(), z.array(intent)).default({}),
	/** Images that can never be had. */
	refusedImages: z.array(z.string()).default([]),
	/** By app uuid: another release than the one that was settled counts as the last one applied. */
	commits: texts.default({}),
	/** Images that the supervisor has pulled, beside those of what was settled. */
	storedImages: z.array(z.string()).default([]),
});

/** A file of the corpus: a device, what is wanted of it, and the plan as text. */
export const CorpusScenario = z.strictObject({
	/** What the planner must do: continues "must …". */
	name: z.string().min(10),
	/** Apps that were brought to these releases before, one after the other. Default: a device on which nothing was made. */
	before: z.array(app).default([]),
	/** What happened since. */
	since: z.array(mishap).default([]),
	/** What else the engine holds. */
	observed: stranger.prefault({}),
	/** Images that are on the device beside. */
	images: z.array(z.string()).default([]),
	/** By reference: labels of images, on the device and in the registry. */
	imageLabels: z.record(z.string(), texts).default({}),
	boot: boot.prefault({}),
	target: z.array(app).default([]),
	/** Device configuration variables of the target. */
	config: texts.default({}),
	flags: flags.prefault({}),
	/** The plan cannot be carried out to its end, so what follows is not looked at. */
	ends: z.boolean().default(true),
	plan: z.string(),
});
export type CorpusScenario = z.infer<typeof CorpusScenario>;
export type CorpusApp = z.infer<typeof app>;
