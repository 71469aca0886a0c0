import { join } from 'node:path';
import type { Architecture } from '../commands/names.ts';
import { CLOUD_IMAGE, DEVICE_IMAGE, INPUTS_LABEL, toSupervisorImage } from '../commands/names.ts';
import type { Argv } from '../commands/argv.ts';
import { buildImage, IMAGE_INPUTS, pullImage, removeNamelessImage } from '../commands/images.ts';
import { inspect } from '../commands/objects.ts';
import { lookUp } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import { digestInputs } from '../effects/inputs.ts';
import type { Tools } from './tools.ts';

type ImageTools = Pick<Tools, 'shell' | 'progress' | 'root'>;

/** What the images are made from, relative to the repository. */
const PACKAGES = ['package.json', 'package-lock.json'];
const INPUTS = {
	device: ['tools/dind/image'],
	cloud: ['tools/cloud', 'src/kit', ...PACKAGES],
	supervisor: [
		'Dockerfile',
		'.dockerignore',
		'entry.sh',
		'tsconfig.json',
		'src',
		'dashboard',
		'tools/build',
		'tools/client',
		'tools/images/build-supervisor',
		'tools/images/cross',
		'tools/images/reproducible',
		...PACKAGES,
	],
};

/**
 * Afterwards the image of the device is here: made from the files as they are now, or the one that was asked for.
 * @throws {ToolError} if the one that was asked for is neither here nor in a registry
 */
export async function ensureDeviceImage(tools: ImageTools, asked?: string): Promise<void> {
	if (asked !== undefined) {
		await ensureForeign(tools, asked);
		return;
	}
	const inputs = digestInputs(tools.root, INPUTS.device);
	await ensureBuilt(tools, {
		image: DEVICE_IMAGE,
		inputs,
		argv: buildImage({
			image: DEVICE_IMAGE,
			inputs,
			contextDir: join(tools.root, 'tools/dind/image'),
		}),
	});
}

async function ensureForeign(tools: ImageTools, image: string): Promise<void> {
	if ((await lookUp(tools.shell, inspect('image', image, '{{.Id}}'))) !== undefined) return;
	if (await pull(tools, image)) return;
	throw new ToolError(`the image ${image} is neither here nor in a registry that answers`, {
		todo: 'Leave --dind-image out to use the device of tools/dind/image.',
	});
}

/** Afterwards the image of the development cloud is here and made from the files as they are now. */
export async function ensureCloudImage(tools: ImageTools): Promise<void> {
	const inputs = digestInputs(tools.root, INPUTS.cloud);
	await ensureBuilt(tools, {
		image: CLOUD_IMAGE,
		inputs,
		argv: [
			'sh',
			join(tools.root, 'tools/setup/ts'),
			join(tools.root, 'tools/cloud/build-image.ts'),
			'--image',
			CLOUD_IMAGE,
			'--label',
			`${INPUTS_LABEL}=${inputs}`,
		],
	});
}

export interface SupervisorImage {
	readonly arch: Architecture;
	readonly tag: string;
	/** Undefined: the name that belongs to `arch` and `tag`. */
	readonly image?: string;
	/** False builds without minifying. */
	readonly optimize: boolean;
	/** Whether it is for another processor than this computer's; false by default: it is to run here. */
	readonly cross?: boolean;
}

/** Builds the supervisor image in any case. @returns its name */
export async function buildSupervisorImage(
	tools: ImageTools,
	wanted: SupervisorImage,
): Promise<string> {
	const { image, inputs, argv } = toSupervisorBuild(tools.root, wanted);
	await build(tools, { image, inputs, argv });
	return image;
}

/**
 * Afterwards the supervisor image is here. Under its own name it is built from the files as they are now; under
 * another it is taken as it is, or pulled, or, where no registry has it, built under that name.
 * @returns its name
 */
export async function ensureSupervisorImage(
	tools: ImageTools,
	wanted: SupervisorImage,
): Promise<string> {
	const own = toSupervisorImage(wanted.arch, wanted.tag);
	const supervisor = toSupervisorBuild(tools.root, wanted);
	const { image } = supervisor;
	if (image === own) {
		await ensureBuilt(tools, supervisor);
		return image;
	}
	const madeFrom = await lookUp(tools.shell, inspect('image', image, IMAGE_INPUTS));
	if (madeFrom === '') return image; // not built here, so not ours to renew
	if (madeFrom === undefined && (await pull(tools, image))) return image;
	if (madeFrom === undefined) requireSupervisorName(image, wanted.arch);
	await ensureBuilt(tools, supervisor);
	return image;
}

async function pull({ shell, progress }: ImageTools, image: string): Promise<boolean> {
	progress.say(`pulling ${image}`);
	const { code, stderr } = await shell.capture(pullImage(image));
	if (code !== 0) progress.say(`cannot be pulled: ${stderr.trim().split('\n').at(-1) ?? ''}`);
	return code === 0;
}

/** Only what is called a supervisor is built as one: a mistyped name must not become an image. */
function requireSupervisorName(image: string, arch: Architecture): void {
	if (image.includes(`${arch}-supervisor`)) return;
	throw new ToolError(`the image ${image} is neither here nor in a registry that answers`, {
		todo: `Check the name, or build it: ./dindctl build --image ${image}`,
	});
}

interface Build {
	readonly image: string;
	readonly inputs: string;
	readonly argv: Argv;
}

function toSupervisorBuild(root: string, wanted: SupervisorImage): Build {
	const { arch, tag, optimize } = wanted;
	const image = wanted.image ?? toSupervisorImage(arch, tag);
	const isCross = wanted.cross === true;
	// Whoever wants to run one that was made for another processor is told so by its build.
	const kind = `${optimize ? '' : '-plain'}${isCross ? '-cross' : ''}`;
	const inputs = `${digestInputs(root, INPUTS.supervisor)}${kind}`;
	const script = join(root, 'tools/images/build-supervisor');
	const argv: Argv = [
		'sh',
		script,
		'--arch',
		arch,
		'--image',
		image,
		'--inputs',
		inputs,
		...(optimize ? [] : ['--no-optimize']),
		...(isCross ? ['--cross'] : []),
	];
	return { image, inputs, argv };
}

async function ensureBuilt(tools: ImageTools, wanted: Build): Promise<void> {
	const madeFrom = await lookUp(tools.shell, inspect('image', wanted.image, IMAGE_INPUTS));
	if (madeFrom === wanted.inputs) return;
	await build(tools, wanted);
}

async function build({ shell, progress }: ImageTools, { image, argv }: Build): Promise<void> {
	progress.say(`building ${image}`);
	const look = inspect('image', image, '{{.Id}}');
	const before = await lookUp(shell, look);
	const result = await shell.capture(argv);
	if (result.code !== 0) {
		const output = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-40).join('\n');
		throw new ToolError(`${image} could not be built:\n${output}`);
	}
	const isOther = before !== undefined && before !== (await lookUp(shell, look));
	if (isOther) await shell.capture(removeNamelessImage(before)); // fails where it has another name or is in use
	progress.say(`built ${image}`);
}
