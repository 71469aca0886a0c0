import { silentLogger } from '../../kit/logger.ts';
import { createConfigFile } from '../config-file.ts';

// Child process of the mount test: updates the file it is given and shows what it reads.
const file = createConfigFile({ path: process.argv[2] ?? '', log: silentLogger });
process.stdout.write(JSON.stringify(await file.update({ deviceId: 7 })));
