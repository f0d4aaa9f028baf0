#pragma once
// For tests over TLS: a key and a certificate that signs itself, made for one run.

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <string>

namespace tieline::net::test {

class Identity {
public:
    /// `address`: "IP:127.0.0.1" of a server, nullptr of a client.
    explicit Identity(const char* name = "peer", const char* address = "IP:127.0.0.1")
        : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
        X509_set_version(certificate_, X509_VERSION_3);
        X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
        X509_set_pubkey(certificate_, key_);
        X509_NAME* subject = X509_get_subject_name(certificate_);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1,
                                   0);
        X509_set_issuer_name(certificate_, subject);
        if (address != nullptr) {
            X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, address);
            X509_add_ext(certificate_, names, -1);
            X509_EXTENSION_free(names);
        }
        X509_sign(certificate_, key_, EVP_sha256());
    }
    ~Identity() {
        X509_free(certificate_);
        EVP_PKEY_free(key_);
    }
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;

    EVP_PKEY* key() const { return key_; }
    X509* certificate() const { return certificate_; }
    void save_certificate(const std::string& path) const {
        std::FILE* file = std::fopen(path.c_str(), "w");
        PEM_write_X509(file, certificate_);
        std::fclose(file);
    }
    void save_key(const std::string& path) const {
        std::FILE* file = std::fopen(path.c_str(), "w");
        PEM_write_PrivateKey(file, key_, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
    }

private:
    EVP_PKEY* key_;
    X509* certificate_;
};

}  // namespace tieline::net::test
