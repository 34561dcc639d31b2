#pragma once
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros, as functions: "cssl_" and the C name, so that a search finds both.

static inline int cssl_SSL_CTX_set_min_proto_version(SSL_CTX *_Nonnull context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline int cssl_SSL_CTX_set_max_proto_version(SSL_CTX *_Nonnull context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}

/// The context takes over the certificate on success.
static inline int cssl_SSL_CTX_add_extra_chain_cert(
    SSL_CTX *_Nonnull context, X509 *_Nonnull certificate) {
  return (int)SSL_CTX_add_extra_chain_cert(context, certificate);
}

static inline int cssl_SSL_CTX_set_app_data(SSL_CTX *_Nonnull context, void *_Nullable data) {
  return SSL_CTX_set_app_data(context, data);
}

static inline void *_Nullable cssl_SSL_CTX_get_app_data(const SSL_CTX *_Nonnull context) {
  return SSL_CTX_get_app_data(context);
}

/// A null name sends no server name. An information callback is handed a constant SSL although
/// this is the moment to set it, hence the cast.
static inline int cssl_SSL_set_tlsext_host_name(const SSL *_Nonnull ssl, const char *_Nullable name) {
  return (int)SSL_set_tlsext_host_name((SSL *)ssl, (char *)name);
}

static inline long cssl_BIO_get_mem_data(BIO *_Nonnull bio, char *_Nullable *_Nonnull data) {
  return BIO_get_mem_data(bio, data);
}

static inline int cssl_BIO_set_buffer_size(BIO *_Nonnull bio, int bytes) {
  return (int)BIO_set_buffer_size(bio, bytes);
}

/// 1 once nothing is left in it.
static inline int cssl_BIO_flush(BIO *_Nonnull bio) { return BIO_flush(bio); }

/// The general names of a certificate; free with `cssl_GENERAL_NAMES_free`.
static inline struct stack_st_GENERAL_NAME *_Nullable cssl_subject_alternative_names(
    const X509 *_Nonnull certificate) {
  return (struct stack_st_GENERAL_NAME *)X509_get_ext_d2i(
      certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int cssl_sk_GENERAL_NAME_num(const struct stack_st_GENERAL_NAME *_Nonnull names) {
  return sk_GENERAL_NAME_num(names);
}

static inline GENERAL_NAME *_Nullable cssl_sk_GENERAL_NAME_value(
    const struct stack_st_GENERAL_NAME *_Nonnull names, int index) {
  return sk_GENERAL_NAME_value(names, index);
}

static inline void cssl_GENERAL_NAMES_free(struct stack_st_GENERAL_NAME *_Nullable names) {
  GENERAL_NAMES_free(names);
}

/// 0 also for no stack; -1 never comes.
static inline int cssl_sk_X509_num(const struct stack_st_X509 *_Nullable certificates) {
  return certificates ? sk_X509_num(certificates) : 0;
}

static inline X509 *_Nullable cssl_sk_X509_value(
    const struct stack_st_X509 *_Nullable certificates, int index) {
  return certificates ? sk_X509_value(certificates, index) : NULL;
}

static inline const char *_Nullable cssl_SSL_get_cipher_name(const SSL *_Nonnull ssl) {
  return SSL_get_cipher_name(ssl);
}

static inline EVP_PKEY *_Nullable cssl_EVP_EC_gen(const char *_Nonnull curve) {
  return EVP_EC_gen(curve);
}

static inline EVP_PKEY *_Nullable cssl_EVP_RSA_gen(size_t bits) { return EVP_RSA_gen(bits); }

/// The context of an extension belongs to the call that makes it; the value is spelled as in
/// OpenSSL's configuration files.
static inline X509_EXTENSION *_Nullable cssl_X509V3_EXT_conf_nid(
    X509 *_Nonnull issuer, X509 *_Nonnull subject, int identifier, const char *_Nonnull value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
  return X509V3_EXT_conf_nid(NULL, &context, identifier, value);
}

/// RFC 2253 without escaping what is not ASCII: for people, not for comparison.
static const unsigned long cssl_name_for_people = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;

/// Overwrites what earlier calls left on this thread's stack: OpenSSL 3.0 wipes not every copy of a
/// passphrase that it has had there.
__attribute__((noinline)) static void cssl_burn_stack(void) {
  char burnt[65536];
  OPENSSL_cleanse(burnt, sizeof burnt);
}
