import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../kit/errors.ts';
import type { Logger } from '../../kit/logger.ts';
import { contentOf, save, type BootFile } from './boot-file.ts';

const name = 'HOST_CONFIGFS_ssdt';
const kernelModule = 'acpi_configfs';

export interface ConfigFsOptions {
	readonly bootMountpoint: string;
	/** Mount point of the host's root file system. */
	readonly rootMountpoint: string;
	/** The kernel has the module afterwards. */
	readonly loadModule: (module: string) => Promise<void>;
	readonly log: Logger;
}

const Content = z.looseObject({ ssdt: z.array(z.string()).optional().catch(undefined) });
type Content = z.infer<typeof Content>;

/** `configfs.json` of an UP board: the ACPI tables that are given to the kernel at every start. */
export function createConfigFs({
	bootMountpoint,
	rootMountpoint,
	loadModule,
	log,
}: ConfigFsOptions): BootFile {
	const filePath = path.join(bootMountpoint, 'configfs.json');
	const sources = path.join(rootMountpoint, 'boot/acpi-tables');
	const loaded = path.join(rootMountpoint, 'sys/kernel/config/acpi/table');
	const read = async (): Promise<Content> => parse((await contentOf(filePath))?.toString('utf8'));

	/** Its folder alone says nothing: a former life may have been cut off between making and filling it. */
	const isLoaded = (table: string): Promise<boolean> =>
		readFile(path.join(loaded, table, 'oem_id')).then(
			() => true,
			() => false,
		);
	const load = async (table: string): Promise<void> => {
		if (await isLoaded(table)) return;
		const code = await readFile(path.join(sources, `${table}.aml`));
		const folder = path.join(loaded, table);
		await mkdir(folder, { recursive: true });
		// The kernel's file takes plain writes, and none of what a copy does beside them.
		await writeFile(path.join(folder, 'aml'), code);
		log.info({ table }, 'ACPI table is loaded');
	};
	return {
		backend: 'configFs',
		isThere: () => Promise.resolve(true),
		async read() {
			const { ssdt = [] } = await read();
			return ssdt.length === 0 ? {} : { [name]: ssdt };
		},
		async change(change) {
			const { ssdt: _, ...others } = await read();
			const wanted = change[name];
			await save(filePath, JSON.stringify({ ...others, ...(wanted && { ssdt: wanted }) }));
		},
		/** A table that cannot be loaded keeps no other from it. */
		async prepare() {
			const { ssdt = [] } = await read();
			await loadModule(kernelModule);
			for (const table of ssdt) {
				await load(table).catch((err: unknown) =>
					log.error({ table, reason: messageOf(err) }, 'ACPI table cannot be loaded'),
				);
			}
		},
	};
}

function parse(text = '{}'): Content {
	try {
		return Content.catch({}).parse(JSON.parse(text));
	} catch {
		return {};
	}
}
