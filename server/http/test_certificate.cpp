// Certificates for the tests of this folder.
#include "server/http/test_support.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <chrono>
#include <ctime>

namespace gs::http::testing {
namespace {

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

}  // namespace

TestCertificate make_certificate(const std::string& common_name, int days_from, int days_to) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    const std::time_t now = std::chrono::system_clock::to_time_t(test_now());
    constexpr long day_s = 24 * 60 * 60;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate), now + days_from * day_s);
    ASN1_TIME_set(X509_getm_notAfter(certificate), now + days_to * day_s);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    BIO* chain = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(chain, certificate);
    BIO* secret = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return {.chain_pem = text_of(chain), .key_pem = text_of(secret)};
}

}  // namespace gs::http::testing
