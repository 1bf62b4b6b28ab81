"""Forms of signing in and of one's own account."""

from clinic.web.fields import Email, Form, Password


class SignInForm(Form):
    email = Email("E-mail address", "Enter your e-mail address")
    password = Password("Password", "Enter your password", "current-password")


class ChoosePasswordForm(Form):
    password = Password("New password", "Enter a password of 15 characters or more", "new-password",
                        hint="15 characters or more. Three random words work well.")
    again = Password("The same password again", "Type the password again", "new-password")


class ChangePasswordForm(ChoosePasswordForm):
    current = Password("Your password of today", "Enter your password of today", "current-password")


class PressForm(Form):
    """A button that is a form: the token and the key, nothing to fill in."""


class ShowForm(Form):
    password = Password("Your password", "Enter your password", "current-password")
