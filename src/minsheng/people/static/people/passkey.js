/* Shows what needs a script, and says it when a passkey did not work. Everything else does without. */
document.addEventListener('DOMContentLoaded', function () {
  if (!window.PublicKeyCredential) return
  document.querySelectorAll('[data-needs-script]').forEach(function (button) { button.hidden = false })
})
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  const trouble = document.getElementById('passkey_trouble')
  if (trouble) trouble.hidden = false
})
