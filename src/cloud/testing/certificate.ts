import { webcrypto } from 'node:crypto';

/** A self-signed server certificate for an address, both as PEM. */
export async function testCertificate(address: string): Promise<{ key: string; cert: string }> {
	await import('reflect-metadata');
	const { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } =
		await import('@peculiar/x509');
	const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		name: `CN=${address}`,
		notBefore: new Date(Date.now() - 86_400_000),
		notAfter: new Date(Date.now() + 86_400_000),
		keys,
		signingAlgorithm: algorithm,
		extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: address }])],
	});
	const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
	return { key: PemConverter.encode(key, 'PRIVATE KEY'), cert: certificate.toString('pem') };
}
