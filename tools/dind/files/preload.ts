import { z } from 'zod';
import { checkJson, readJsonFile } from './json-file.ts';

const ImageName = z.string().min(1, 'must name an image');

/** 2017: a list of apps of one container each. */
const PreloadV1 = z
	.array(z.looseObject({ appId: z.union([z.string(), z.number()]), imageId: ImageName }))
	.min(1, 'must hold at least one app')
	.transform((apps) => apps.map(({ imageId }) => imageId));

const Services = z.record(z.string(), z.looseObject({ image: ImageName }));
const toImages = (services: z.infer<typeof Services>) =>
	Object.values(services).map(({ image }) => image);

/** Apps by id (services directly below) or by uuid (services below a release). */
const PreloadApp = z.union([
	z.looseObject({ services: Services }).transform(({ services }) => toImages(services)),
	z
		.looseObject({ releases: z.record(z.string(), z.looseObject({ services: Services })) })
		.transform(({ releases }) => Object.values(releases).flatMap((r) => toImages(r.services))),
]);

const PreloadV2 = z
	.looseObject({ apps: z.record(z.string(), PreloadApp) })
	.transform(({ apps }) => Object.values(apps).flat());

const rules = {
	role: 'the preloaded apps',
	todo: 'Write it like apps.json.example: [{"appId": "1", "name": "myapp", "commit": "…", "imageId": "<image>", "env": {}, "config": {}}]',
};

/**
 * The images that a preload file names, each once, in the file's order.
 * Takes the list of 2017 and both later forms (apps by id, apps by uuid).
 * @throws {ToolError} if the file is missing, not JSON or none of these forms
 */
export function readPreloadImages(path: string): string[] {
	const value = readJsonFile(path, { ...rules, schema: z.unknown() });
	const schema = Array.isArray(value) ? PreloadV1 : PreloadV2;
	return [...new Set(checkJson(value, path, { ...rules, schema }))];
}
