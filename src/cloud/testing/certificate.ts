import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

const dayMs = 86_400_000;

/** A self-signed server certificate for an address or a name, both as PEM; valid now unless told otherwise, in days from now. */
export async function testCertificate(
	address: string,
	{ fromDays = -1, toDays = 1 } = {},
): Promise<{ key: string; cert: string }> {
	await import('reflect-metadata');
	const { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } =
		await import('@peculiar/x509');
	const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
	const type = isIP(address) === 0 ? 'dns' : 'ip';
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		name: `CN=${address}`,
		notBefore: new Date(Date.now() + fromDays * dayMs),
		notAfter: new Date(Date.now() + toDays * dayMs),
		keys,
		signingAlgorithm: algorithm,
		extensions: [new SubjectAlternativeNameExtension([{ type, value: address }])],
	});
	const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
	return { key: PemConverter.encode(key, 'PRIVATE KEY'), cert: certificate.toString('pem') };
}
